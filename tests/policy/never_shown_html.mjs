// SPDX-License-Identifier: MIT
// The pages' HTML as a tree, for the rules of never_shown_rules.mjs. Our writer closes every element and quotes every
// attribute, so a small strict reader is enough; what it can't read is an error, never passed over.

const VOID = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
const BLOCKS = new Set(['address', 'article', 'aside', 'body', 'button', 'caption', 'dd', 'details', 'div', 'dl', 'dt',
  'fieldset', 'figcaption', 'figure', 'footer', 'form', 'g', 'h1', 'h2', 'h3', 'h4', 'header', 'html', 'label', 'legend',
  'li', 'main', 'nav', 'ol', 'option', 'p', 'section', 'select', 'summary', 'svg', 'table', 'tbody', 'td', 'text',
  'tfoot', 'th', 'thead', 'title', 'desc', 'tr', 'ul']);
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
// What a person sees or a screen reader says, apart from text.
const SPOKEN = ['alt', 'aria-description', 'aria-label', 'aria-roledescription', 'aria-valuetext', 'content', 'label',
  'placeholder', 'summary', 'title'];

function decode(text) {
  return text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name) => {
    if (name[0] !== '#') {
      return ENTITIES[name.toLowerCase()] ?? whole;
    }
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return String.fromCodePoint(code);
  });
}

function readAttributes(text) {
  const found = {};
  for (const [, name, , value] of text.matchAll(/([^\s=/]+)(="([^"]*)")?/g)) {
    found[name.toLowerCase()] = decode(value ?? '');
  }
  return found;
}

// Gives the root; its nodes are strings or { tag, attributes, children, parent }.
export function parse(html) {
  const root = { tag: '', attributes: {}, children: [], parent: null };
  let at = root;
  const token = /<!--[\s\S]*?-->|<!doctype[^>]*>|<\/([a-z][a-z0-9-]*)\s*>|<([a-z][a-z0-9-]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)|</gi;
  for (const [whole, close, open, attributes, slash, text] of html.matchAll(token)) {
    if (text !== undefined) {
      at.children.push(decode(text));
    } else if (close !== undefined) {
      if (at.tag !== close.toLowerCase()) {
        throw new Error(`</${close}> closes <${at.tag}>`);
      }
      at = at.parent;
    } else if (open !== undefined) {
      const node = { tag: open.toLowerCase(), attributes: readAttributes(attributes), children: [], parent: at };
      at.children.push(node);
      at = VOID.has(node.tag) || slash === '/' ? at : node;
    } else if (whole === '<') {
      throw new Error('a bare < in the text');
    }
  }
  if (at !== root) {
    throw new Error(`<${at.tag}> is never closed`);
  }
  return root;
}

export function all(node, isWanted) {
  const found = [];
  for (const child of node.children) {
    if (typeof child !== 'string') {
      if (isWanted(child)) {
        found.push(child);
      }
      found.push(...all(child, isWanted));
    }
  }
  return found;
}

export const byTag = (node, ...tags) => all(node, (one) => tags.includes(one.tag));

export function hasClass(node, name) {
  return (node.attributes.class ?? '').split(/\s+/).includes(name);
}

export function squeeze(text) {
  return text.replace(/[\s\u00a0\u202f]+/g, ' ').trim();
}

// All text within, with a space between blocks.
export function textOf(node) {
  if (typeof node === 'string') {
    return node;
  }
  if (node.tag === 'script' || node.tag === 'style') {
    return '';
  }
  const inner = node.children.map(textOf).join('');
  return BLOCKS.has(node.tag) ? ` ${inner} ` : inner;
}

// What is read in one go: the text of each innermost block, and each spoken attribute by itself.
export function passages(root) {
  const found = [];
  const walk = (node) => {
    let run = '';
    const flush = () => {
      if (squeeze(run) !== '') {
        found.push({ text: squeeze(run), node });
      }
      run = '';
    };
    const collect = (child) => {
      if (typeof child === 'string') {
        run += child;
      } else if (BLOCKS.has(child.tag)) {
        flush();
        walk(child);
      } else if (child.tag !== 'script' && child.tag !== 'style') {
        speak(child);
        child.children.forEach(collect);
      }
    };
    speak(node);
    node.children.forEach(collect);
    flush();
  };
  const speak = (node) => {
    for (const name of SPOKEN) {
      if (squeeze(node.attributes[name] ?? '') !== '') {
        found.push({ text: squeeze(node.attributes[name]), node });
      }
    }
  };
  walk(root);
  return found;
}

// A table as rows of cells: { header: [texts of the last head row], rows: [{ node, name, cells }] }. Cells that span
// columns count once for each, so that places fit the header.
export function readTable(table) {
  const cellsOf = (row) => row.children.filter((one) => typeof one !== 'string' && ['td', 'th'].includes(one.tag))
    .flatMap((cell) => Array(Math.max(1, Number(cell.attributes.colspan ?? 1))).fill(cell));
  const rows = byTag(table, 'tr').filter((row) => enclosing(row, 'table') === table);
  const heads = rows.filter((row) => row.parent.tag === 'thead');
  const header = heads.length > 0 ? cellsOf(heads.at(-1)).map((cell) => squeeze(textOf(cell))) : [];
  const body = rows.filter((row) => row.parent.tag !== 'thead').map((row) => {
    const cells = cellsOf(row);
    const texts = cells.map((cell) => squeeze(textOf(cell)));
    return { node: row, cells, texts, name: cells.length > 0 ? nameOf(cells[0]) : '' };
  });
  return { header, rows: body };
}

// What a row is about: the link in its first cell, or that cell's first words, without what a span adds to them.
function nameOf(cell) {
  const link = byTag(cell, 'a')[0];
  const first = (link ?? cell).children.find((one) => typeof one === 'string' && squeeze(one) !== '');
  return squeeze(first ?? textOf(link ?? cell));
}

export function enclosing(node, ...tags) {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (tags.includes(at.tag)) {
      return at;
    }
  }
  return null;
}
