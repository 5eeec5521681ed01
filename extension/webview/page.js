// What every page shares. What a file says is only ever set as text (textContent): it may hold HTML, a script or a mile of text.
(function () {
  'use strict';

  function element(name, attributes = {}, children = []) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, '');
      else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
    }
    made.append(...[children].flat());
    return made;
  }

  const number = (value) => value.toLocaleString('en');

  // Line breaks, tabs, and marks that turn the direction of text (U+202E shows exe.txt for txt.exe) are shown, not obeyed.
  const marks = /[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
  const signs = { '\n': '\u21b5', '\t': '\u21e5', '\r': '\u240d' };

  function visibleText(text) {
    if (!marks.test(text)) return [text];
    return [...text].map((character) => {
      if (!marks.test(character)) return character;
      const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
      return element('span', { class: 'mark', title: `U+${code}` }, signs[character] ?? `<U+${code}>`);
    });
  }

  window.medallion = { element, hasMarks: (text) => marks.test(text), number, visibleText };
})();
