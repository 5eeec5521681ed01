// The page of a scan: totals first, then what does not run before what does, each with its place and its reason.
(function () {
  'use strict';

  const { element, number, visibleText } = window.medallion;
  const vscode = acquireVsCodeApi();
  const root = document.getElementById('page');
  const state = { verdict: 'all', group: 'file', text: '', ...vscode.getState() };
  const save = (change) => vscode.setState(Object.assign(state, change));
  const send = (message) => vscode.postMessage(message);

  const words = { refused: 'refused', spark: 'needs Spark', here: 'runs here' };
  const verdicts = Object.keys(words);
  const kinds = { task: 'task', statement: 'statement', activity: 'activity', note: 'note' };
  let shown;

  function button(className, title, onclick) {
    return element('button', { class: className, onclick }, title);
  }

  function showScanning({ folder }) {
    save({ folder });
    root.replaceChildren(element('div', { class: 'notice', role: 'status' }, `Reading ${folder} ...`));
  }

  function showError({ code, message, nextStep }) {
    root.replaceChildren(
      element('div', { class: 'notice error', role: 'alert' }, [
        element('h2', {}, message),
        element('p', {}, nextStep),
        element('p', { class: 'code' }, code),
        button('action primary', 'Try again', () => send({ kind: 'scan' })),
      ]),
    );
  }

  function showReport({ folder, name, report }) {
    save({ folder });
    shown = report;
    root.replaceChildren(
      element('header', {}, [
        element('h1', {}, ['What runs here: ', ...visibleText(name)]),
        element('p', { class: 'facts', title: folder }, visibleText(folder)),
      ]),
      report.items.length === 0 ? nothingFound() : totals(report.totals),
      ...(report.inferredSettings === undefined ? [] : [offer(report.inferredSettings)]),
      ...(report.items.length === 0 ? [] : [tools(report.items)]),
      element('div', { id: 'items' }),
    );
    showItems();
  }

  function nothingFound() {
    return element('p', { role: 'status' }, [
      'No Databricks bundle (databricks.yml) and no Data Factory (pipeline/*.json in git mode) was found in this folder. ',
      button('action', 'Scan again', () => send({ kind: 'scan' })),
    ]);
  }

  function totals({ tasks, statements, activities }) {
    const rows = [
      ['Job tasks', tasks],
      ['SQL statements', statements],
      ['Activities', activities],
    ].filter(([, counts]) => verdicts.some((verdict) => counts[verdict] > 0));
    const order = ['here', 'spark', 'refused'];
    const body = rows.map(([title, counts]) =>
      element('tr', {}, [
        element('th', { scope: 'row' }, title),
        element('td', {}, share(counts, order)),
        ...order.map((verdict) =>
          element('td', { class: counts[verdict] === 0 ? 'none' : undefined }, number(counts[verdict])),
        ),
      ]),
    );
    const heads = ['', '', ...order.map((verdict) => words[verdict])];
    return element('table', { class: 'totals', 'aria-label': 'Totals' }, [
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heads.map((head) => element('th', { scope: 'col' }, head)),
        ),
      ),
      element('tbody', {}, body),
    ]);
  }

  function share(counts, order) {
    const parts = order.filter((verdict) => counts[verdict] > 0);
    const bar = element(
      'div',
      { class: 'share', 'aria-hidden': 'true' },
      parts.map((verdict) => element('span', { class: verdict })),
    );
    // A style attribute is barred by the page's policy; its property is not.
    parts.forEach((verdict, index) => (bar.children[index].style.flexGrow = counts[verdict]));
    return bar;
  }

  function offer(text) {
    return element('div', { class: 'offer' }, [
      element(
        'p',
        {},
        'This project has no medallion.yaml. One was inferred: it names the layers and the environments.',
      ),
      button('action primary', 'Write medallion.yaml', () => send({ kind: 'write' })),
      element('details', {}, [element('summary', {}, 'What it would say'), element('pre', {}, text)]),
    ]);
  }

  function choice(label, options, key) {
    const buttons = options.map(({ id, title, disabled }) =>
      element(
        'button',
        {
          'aria-pressed': String(state[key] === id),
          disabled,
          onclick: (event) => {
            save({ [key]: id });
            for (const one of event.target.parentElement.children) one.setAttribute('aria-pressed', 'false');
            event.target.setAttribute('aria-pressed', 'true');
            showItems();
          },
        },
        title,
      ),
    );
    return element('div', { class: 'choice', role: 'group', 'aria-label': label }, buttons);
  }

  function tools(items) {
    const count = (verdict) => items.filter((item) => item.verdict === verdict).length;
    if (state.verdict !== 'all' && count(state.verdict) === 0) save({ verdict: 'all' });
    const options = [
      { id: 'all', title: `All ${number(items.length)}` },
      ...verdicts.map((id) => ({
        id,
        title: `${words[id].replace(/^./, (first) => first.toUpperCase())} ${number(count(id))}`,
        disabled: count(id) === 0,
      })),
    ];
    const groupings = [
      { id: 'file', title: 'By file' },
      { id: 'reason', title: 'By reason' },
    ];
    return element('div', { class: 'tools' }, [
      choice('Verdict', options, 'verdict'),
      choice('Group', groupings, 'group'),
      element('input', {
        type: 'search',
        placeholder: 'Filter by name, file or reason',
        'aria-label': 'Filter by name, file or reason',
        value: state.text,
        oninput: (event) => {
          save({ text: event.target.value });
          showItems();
        },
      }),
      button('action', 'Scan again', () => send({ kind: 'scan' })),
    ]);
  }

  const isWanted = (item) => {
    if (state.verdict !== 'all' && item.verdict !== state.verdict) return false;
    const wanted = state.text.trim().toLowerCase();
    const texts = [item.name, item.file, item.reason, item.code, kinds[item.kind]];
    return wanted === '' || texts.some((text) => text.toLowerCase().includes(wanted));
  };

  const groupings = {
    file: (item) => item.file,
    reason: (item) => (item.code === '' ? words[item.verdict] : `${words[item.verdict]}: ${item.code}`),
  };
  const worst = (items) => Math.min(...items.map(({ verdict }) => verdicts.indexOf(verdict)));

  function showItems() {
    const groups = new Map();
    for (const item of shown.items.filter(isWanted)) {
      const key = groupings[state.group](item);
      if (groups.has(key)) groups.get(key).push(item);
      else groups.set(key, [item]);
    }
    const sorted = [...groups].sort(
      ([, a], [, b]) => worst(a) - worst(b) || (state.group === 'reason' ? b.length - a.length : 0),
    );
    const none = shown.items.length > 0 && sorted.length === 0;
    const place = document.getElementById('items');
    place.replaceChildren(
      ...(none ? [element('p', { role: 'status' }, 'Nothing matches this filter.')] : []),
      ...sorted.map(([title, items]) =>
        element('section', {}, [
          element('h2', {}, [...visibleText(title), element('span', { class: 'count' }, `  ${number(items.length)}`)]),
          element('ul', {}, items.map(itemRow)),
        ]),
      ),
    );
  }

  function itemRow({ kind, name, file, line, verdict, code, reason }) {
    const where = state.group === 'file' ? `line ${line}` : `${file}:${line}`;
    const open = element(
      'button',
      { onclick: () => send({ kind: 'open', file, line }), title: `Open ${file}, line ${line}` },
      [`${kinds[kind]} `, ...visibleText(name)],
    );
    const why =
      reason === ''
        ? []
        : [element('p', { class: 'reason' }, [...visibleText(`${reason} `), element('code', {}, code)])];
    return element('li', {}, [
      element('span', { class: `verdict ${verdict}` }, words[verdict]),
      element('div', { class: 'what' }, [
        open,
        element('span', { class: 'where' }, [' ', ...visibleText(where)]),
        ...why,
      ]),
    ]);
  }

  const showing = { scanning: showScanning, report: showReport, error: showError };
  window.addEventListener('message', ({ data }) => showing[data.kind]?.(data));
  send({ kind: 'ready' });
})();
