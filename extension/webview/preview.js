// The preview's page. What a file says is only ever set as text (textContent): a cell may hold HTML, a script or a mile of text.
(function () {
  'use strict';

  const pageRows = 100;
  // A cell's text beyond this is cut on screen; copying a cell copies what is shown.
  const shownCharacters = 500;
  const { element, hasMarks, number, visibleText } = window.medallion;
  const vscode = acquireVsCodeApi();
  const root = document.getElementById('page');
  const state = { tab: 'rows', start: 0, row: 0, column: 0, ...vscode.getState() };
  let opened;
  let shown;

  const save = (change) => vscode.setState(Object.assign(state, change));

  function notice(className, children) {
    root.replaceChildren(
      element('div', { class: `notice ${className}`, role: className === 'error' ? 'alert' : 'status' }, children),
    );
  }

  function showError({ code, message, nextStep, canStart }) {
    const again = (className) => element('button', { class: `action ${className}`, onclick: ready }, 'Try again');
    const startAzure = () => vscode.postMessage({ kind: 'start' });
    notice('error', [
      element('h2', {}, message),
      element('p', {}, nextStep),
      element('p', { class: 'code' }, code),
      ...(canStart
        ? [element('button', { class: 'action primary', onclick: startAzure }, 'Start local Azure'), ' ', again('')]
        : [again('primary')]),
    ]);
  }

  function ask(kind) {
    notice('loading', 'Opening...');
    vscode.postMessage({ kind });
  }
  const ready = () => ask('ready');
  const reload = () => ask('reload');

  const tabs = [
    { id: 'rows', title: 'Rows', panel: rowsPanel, has: () => true },
    { id: 'schema', title: 'Schema', panel: schemaPanel, has: () => opened.schema !== undefined },
    { id: 'groups', title: 'Row groups', panel: groupsPanel, has: () => opened.rowGroups !== undefined },
  ];

  function showOpened() {
    const visible = tabs.filter((tab) => tab.has());
    if (!visible.some(({ id }) => id === state.tab)) save({ tab: 'rows' });
    const list = element(
      'div',
      { role: 'tablist', 'aria-label': 'Preview', onkeydown: moveTab },
      visible.map(({ id, title }) =>
        element(
          'button',
          { role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}`, onclick: () => select(id) },
          title,
        ),
      ),
    );
    root.replaceChildren(
      element('header', {}, [
        element('h1', { title: opened.title }, opened.title),
        element('p', { class: 'facts' }, opened.facts.join(' \u00b7 ')),
        ...(visible.length > 1 ? [list] : []),
      ]),
      ...visible.map(({ id, panel }) =>
        element('div', { role: 'tabpanel', id: `panel-${id}`, 'aria-labelledby': `tab-${id}` }, panel()),
      ),
    );
    select(state.tab, false);
    askRows(state.start);
  }

  function select(id, keep = true) {
    for (const tab of root.querySelectorAll('[role=tab]')) {
      const chosen = tab.id === `tab-${id}`;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    for (const panel of root.querySelectorAll('[role=tabpanel]')) panel.hidden = panel.id !== `panel-${id}`;
    if (keep) save({ tab: id });
  }

  function moveTab(event) {
    const list = [...root.querySelectorAll('[role=tab]')];
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    const step = steps[event.key];
    if (step === undefined) return;
    const next = list[(list.indexOf(document.activeElement) + step + list.length) % list.length];
    next.focus();
    next.click();
  }

  function rowsPanel() {
    return [
      element('div', { class: 'scroll', id: 'grid' }),
      element('footer', {}, [
        pageButton('first', 'First', () => 0),
        pageButton('previous', 'Previous', () => Math.max(0, state.start - pageRows)),
        element('span', { class: 'range', id: 'range', 'aria-live': 'polite' }),
        pageButton('next', 'Next', () => state.start + pageRows),
        ...(opened.rowCount === undefined ? [] : [pageButton('last', 'Last', lastStart)]),
        element('span', { class: 'cost', id: 'cost' }),
        element(
          'button',
          { class: 'action', onclick: () => vscode.postMessage({ kind: 'copyCsv' }), title: 'Copy the rows as CSV' },
          'Copy as CSV',
        ),
        element('button', { class: 'action', id: 'reload', onclick: reload, title: 'Read it again' }, 'Reload'),
      ]),
    ];
  }

  const lastStart = () => Math.max(0, Math.floor((opened.rowCount - 1) / pageRows) * pageRows);

  function pageButton(id, title, target) {
    return element('button', { class: 'action', id, onclick: () => turnTo(target(), 0) }, title);
  }

  function turnTo(startRow, row, focus = false) {
    save({ start: startRow, row });
    askRows(startRow, focus);
  }

  let focusWhenShown = false;
  function askRows(startRow, focus = false) {
    focusWhenShown = focus;
    vscode.postMessage({ kind: 'rows', start: startRow, count: pageRows });
  }

  const numeric = /^(tiny|small|big)?int|^u?int\d|^(decimal|float|double|real|long|short|byte)/i;

  function showRows(message) {
    // An answer to a page that was left in the meantime.
    if (message.start !== state.start) return;
    if (message.rows.length === 0 && message.start > 0) return turnTo(0, 0);
    shown = message;
    const { columns } = opened;
    const isNumber = columns.map(({ typeText }) => numeric.test(typeText));
    const heads = columns.map(({ name, typeText }, index) =>
      element(
        'th',
        {
          role: 'columnheader',
          scope: 'col',
          class: isNumber[index] ? 'number' : undefined,
          'aria-colindex': index + 2,
          title: `${name}: ${typeText}`,
        },
        [...visibleText(name), element('small', {}, typeText)],
      ),
    );
    const rows = message.rows.map((cells, index) =>
      element('tr', { role: 'row', 'aria-rowindex': message.start + index + 2 }, [
        element(
          'th',
          { class: 'index', scope: 'row', role: 'rowheader', 'aria-colindex': 1 },
          number(message.start + index + 1),
        ),
        ...cells.map((cell, column) => cellOf(cell, index, column, isNumber[column])),
      ]),
    );
    const grid = element(
      'table',
      {
        role: 'grid',
        'aria-label': opened.title,
        'aria-readonly': 'true',
        'aria-rowcount': opened.rowCount === undefined ? -1 : opened.rowCount + 1,
        'aria-colcount': columns.length + 1,
        onkeydown: moveCell,
        onfocusin: (event) => remember(event.target),
      },
      [
        element(
          'thead',
          {},
          element('tr', { role: 'row', 'aria-rowindex': 1 }, [
            element('th', { class: 'index', 'aria-label': 'Row' }),
            ...heads,
          ]),
        ),
        element('tbody', {}, rows),
      ],
    );
    const place = document.getElementById('grid');
    place.replaceChildren(rows.length === 0 ? element('div', { class: 'notice', role: 'status' }, 'No rows.') : grid);
    place.scrollTop = 0;
    showFooter(message);
    settle(focusWhenShown);
  }

  function cellOf(cell, row, column, isNumber) {
    const isNull = cell === null;
    const full = isNull ? 'null' : String(cell);
    const text = full.length > shownCharacters ? `${full.slice(0, shownCharacters)}\u2026` : full;
    return element(
      'td',
      {
        role: 'gridcell',
        class: isNull ? 'null' : isNumber ? 'number' : undefined,
        'aria-colindex': column + 2,
        'data-row': row,
        'data-column': column,
        tabindex: -1,
        title: full.length > 40 && !hasMarks(text) ? text : undefined,
      },
      visibleText(text),
    );
  }

  function showFooter({ start: first, rows, more, cost }) {
    const range = rows.length === 0 ? '' : `${number(first + 1)}\u2013${number(first + rows.length)}`;
    const total = opened.rowCount === undefined ? '' : ` of ${number(opened.rowCount)}`;
    document.getElementById('range').textContent = range + total;
    document.getElementById('cost').textContent = cost;
    const set = (id, disabled) => {
      const button = document.getElementById(id);
      if (button) button.disabled = disabled;
    };
    set('first', first === 0);
    set('previous', first === 0);
    set('next', !more);
    set('last', !more);
  }

  const cellAt = (row, column) => root.querySelector(`td[data-row="${row}"][data-column="${column}"]`);

  /** One cell of the grid is in the tab order: the one that was last looked at. */
  function settle(focus) {
    const cell = cellAt(Math.min(state.row, shown.rows.length - 1), Math.min(state.column, opened.columns.length - 1));
    if (!cell) return;
    cell.tabIndex = 0;
    if (focus) cell.focus();
  }

  function remember(cell) {
    if (cell.dataset.row === undefined) return;
    for (const before of root.querySelectorAll('td[tabindex="0"]')) before.tabIndex = -1;
    cell.tabIndex = 0;
    save({ row: Number(cell.dataset.row), column: Number(cell.dataset.column) });
  }

  const visibleRows = 20;
  const moves = {
    ArrowUp: () => [state.row - 1, state.column],
    ArrowDown: () => [state.row + 1, state.column],
    ArrowLeft: () => [state.row, state.column - 1],
    ArrowRight: () => [state.row, state.column + 1],
    Home: (all) => [all ? 0 : state.row, 0],
    End: (all) => [all ? shown.rows.length - 1 : state.row, opened.columns.length - 1],
    PageUp: () => [state.row === 0 ? -1 : Math.max(0, state.row - visibleRows), state.column],
    PageDown: () => {
      const last = shown.rows.length - 1;
      return [state.row === last ? last + 1 : Math.min(last, state.row + visibleRows), state.column];
    },
  };

  function moveCell(event) {
    if (event.key === 'c' && (event.ctrlKey || event.metaKey)) return copyCell(event);
    const move = moves[event.key];
    if (!move || event.altKey) return;
    event.preventDefault();
    const [row, column] = move(event.ctrlKey || event.metaKey);
    // Beyond an edge lies the neighbouring page.
    if (row < 0) return state.start > 0 ? turnTo(state.start - pageRows, pageRows - 1, true) : undefined;
    if (row >= shown.rows.length) return shown.more ? turnTo(state.start + pageRows, 0, true) : undefined;
    cellAt(row, column)?.focus();
  }

  function copyCell(event) {
    if (String(window.getSelection()) !== '') return;
    event.preventDefault();
    const cell = shown.rows[state.row]?.[state.column];
    vscode.postMessage({ kind: 'copy', text: cell === null || cell === undefined ? '' : String(cell) });
  }

  function detailTable(label, heads, rows) {
    const head = heads.map(({ title, number: right }) =>
      element('th', { scope: 'col', class: right ? 'number' : undefined }, title),
    );
    const body = rows.map((cells) =>
      element(
        'tr',
        {},
        cells.map((cell, index) => element('td', { class: heads[index].number ? 'number' : undefined }, cell)),
      ),
    );
    const table = element('table', { class: 'detail', 'aria-label': label }, [
      element('thead', {}, element('tr', {}, head)),
      element('tbody', {}, body),
    ]);
    return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, table);
  }

  function schemaPanel() {
    const heads = ['Column', 'Type', 'Stored as', 'Nulls'].map((title) => ({ title }));
    const rows = opened.schema.map(({ depth, name, logicalType, physicalType, nullable }) => [
      `${'    '.repeat(depth)}${name}`,
      logicalType,
      physicalType,
      nullable ? 'allowed' : 'never',
    ]);
    return detailTable('Schema', heads, rows);
  }

  function groupsPanel() {
    const heads = [
      { title: 'Row group', number: true },
      { title: 'First row', number: true },
      { title: 'Rows', number: true },
      { title: 'Compressed', number: true },
      { title: 'Uncompressed', number: true },
      { title: 'Codec' },
    ];
    const rows = opened.rowGroups.map(({ firstRow, rows: count, compressed, uncompressed, codecs }, index) => [
      String(index),
      number(firstRow + 1),
      number(count),
      compressed,
      uncompressed,
      codecs,
    ]);
    return detailTable('Row groups', heads, rows);
  }

  window.addEventListener('message', ({ data }) => {
    switch (data.kind) {
      case 'open':
        opened = data;
        save({ restore: data.restore });
        showOpened();
        return;
      case 'rows':
        showRows(data);
        return;
      case 'changed':
        if (data.isOther) save({ tab: 'rows', start: 0, row: 0, column: 0 });
        reload();
        return;
      case 'error':
        showError(data);
        return;
    }
  });

  ready();
})();
