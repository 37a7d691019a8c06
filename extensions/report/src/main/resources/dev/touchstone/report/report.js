(() => {
  'use strict';
  const $ = id => document.getElementById(id);
  const form = $('filters'), dialog = $('sheet'), slot = $('slot'), shown = $('shown');
  const cells = [...document.querySelectorAll('.c')];
  const rows = [...document.querySelectorAll('.board tbody tr')];
  const boards = [...document.querySelectorAll('.board')];
  const models = [...document.querySelectorAll('.model')];
  const idOf = cell => cell.hash.slice(1);
  const sheetOf = id => $(id)?.closest('article.sheet');

  // Evidence that would make the page slow lies packed in it, and is laid out when it is needed,
  // or when the browser has nothing else to do.
  const packs = [...document.querySelectorAll('script.z')], opened = new Map();
  async function unpack(pack) {
    const bytes = Uint8Array.from(atob(pack.textContent), character => character.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    const part = document.createElement('template');
    part.innerHTML = await new Response(plain).text();
    pack.replaceWith(part.content);
  }
  function unpacked(pack) {
    if (pack && !opened.has(pack)) opened.set(pack, unpack(pack));
    return opened.get(pack);
  }
  const packOf = id => packs.find(pack => pack.dataset.ids.split(' ').includes(id));
  const idle = () => new Promise(done => (window.requestIdleCallback ?? setTimeout)(done));
  let complete = !packs.length, broken = false;
  const everything = (async () => {
    if (complete) return;
    await new Promise(done => addEventListener('load', done));
    for (const pack of packs) { await idle(); await unpacked(pack); }
    complete = true;
    document.documentElement.classList.add('complete');
  })().catch(troubled);
  function troubled(why) {
    broken = true;
    $('trouble').textContent = 'This browser could not unpack the evidence of all verdicts'
      + ` (${why}). Another or a newer one may; what is shown here can be searched.`;
    $('trouble').hidden = false;
  }

  // Filters. What a cell is searched by is read once, when somebody first searches.
  let texts = null;
  function textOf(cell) {
    texts ??= new Map(cells.map(each => [each, [
      each.closest('tr').firstElementChild, each, sheetOf(idOf(each))
    ].map(part => part?.textContent ?? '').join(' ').toLowerCase()]));
    return texts.get(cell);
  }
  function filter() {
    const model = $('f-model').value, check = $('f-check').value, group = $('f-group').value;
    const words = $('f-text').value.toLowerCase().split(/\s+/).filter(word => word);
    const outcomes = new Set(
      [...form.elements.outcome].filter(box => box.checked).map(box => box.value));
    if (words.length && !complete && !broken) {
      shown.textContent = 'Searching the evidence …';
      everything.then(filter);
      return;
    }
    let count = 0;
    for (const cell of cells) {
      const is = cell.dataset;
      const keep = outcomes.has(is.o) && (!model || is.m === model) && (!check || is.k === check)
        && (!group || is.g.split(' ').includes(group))
        && words.every(word => textOf(cell).includes(word));
      cell.hidden = !keep;
      count += keep;
    }
    for (const row of rows) row.hidden = !row.querySelector('.c:not([hidden])');
    for (const board of boards) {
      board.hidden = !board.querySelector('tbody tr:not([hidden])');
      for (const column of board.querySelectorAll('[data-model]'))
        column.hidden = !!model && column.dataset.model !== model;
    }
    for (const button of models)
      button.setAttribute('aria-pressed', String(button.dataset.model === model));
    shown.textContent = count
      ? `${count} of ${cells.length} verdicts shown`
      : 'No verdict is like this. “Show all” brings them back.';
    // Paper has no filters, and must not pass for the whole.
    const chosen = ['model', 'check', 'group'].map(what => $('f-' + what))
      .filter(list => list.value)
      .map(list => list.parentElement.firstChild.textContent.toLowerCase() + list.selectedOptions[0].text);
    if (words.length) chosen.push('text “' + words.join(' ') + '”');
    const boxes = [...form.elements.outcome];
    if (boxes.some(box => !box.checked))
      chosen.push('outcome ' + (boxes.filter(box => box.checked)
        .map(box => box.parentElement.textContent.trim()).join(', ') || 'none'));
    $('only').textContent = `Only ${count} of ${cells.length} verdicts are shown here, those with `
      + chosen.join('; ') + '. The answer above counts all of them.';
    $('only').hidden = count === cells.length;
  }
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(filter, 60); };
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
  form.addEventListener('reset', () => setTimeout(filter));
  form.addEventListener('submit', event => event.preventDefault());
  for (const button of models)
    button.addEventListener('click', () => {
      $('f-model').value =
        button.getAttribute('aria-pressed') === 'true' ? '' : button.dataset.model;
      filter();
    });

  // Evidence. A sheet is moved into the dialog, and back to where it was.
  let open = null, home = null, from = null, asked = 0;
  const visible = () => cells.filter(cell => !cell.hidden);
  const here = id => history.replaceState(null, '', id ? '#' + id : location.pathname + location.search);

  async function show(id) {
    const request = ++asked;
    await unpacked(packOf(id))?.catch(troubled);
    // Meanwhile another one may have been asked for.
    if (request !== asked) return true;
    const sheet = sheetOf(id);
    if (!sheet) {
      if (broken && packOf(id)) $('trouble').scrollIntoView();
      return false;
    }
    if (open === sheet) return true;
    putBack();
    home = document.createComment('');
    sheet.replaceWith(home);
    slot.replaceChildren(sheet);
    open = sheet;
    dialog.setAttribute('aria-labelledby', id + 'h');
    const list = visible(), at = list.findIndex(cell => idOf(cell) === id);
    $('place').textContent = at < 0 ? '' : `${at + 1} of ${list.length}`;
    $('previous').disabled = at <= 0;
    $('next').disabled = at < 0 || at === list.length - 1;
    if (!dialog.open) dialog.showModal();
    sheet.querySelector('h3').focus({preventScroll: true});
    here(id);
    // After the browser has gone to where the address points.
    dialog.scrollTop = 0;
    setTimeout(() => { if (open === sheet) dialog.scrollTop = 0; }, 50);
    return true;
  }
  function putBack() {
    if (open) home.replaceWith(open);
    open = home = null;
  }
  function step(by) {
    const list = visible(), next = list[list.findIndex(cell => idOf(cell) === open?.id) + by];
    if (open && next) { from = next; show(idOf(next)); }
  }
  function reveal(id) {
    asked++;
    const block = $(id);
    block?.scrollIntoView();
    if (!block?.matches('details')) return;
    block.open = true;
    block.querySelector('summary').focus();
    here(id);
  }
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="#"]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (link.matches('.c,.why a')) {
        from = link;
        show(idOf(link));
      } else {
        from = null;
        dialog.close();
        reveal(idOf(link));
      }
    }
    const copy = event.target.closest('.cp');
    if (copy) copied(copy);
    if (event.target === dialog) dialog.close();
  });
  $('close').addEventListener('click', () => dialog.close());
  $('previous').addEventListener('click', () => step(-1));
  $('next').addEventListener('click', () => step(1));
  dialog.addEventListener('close', () => {
    putBack();
    if (from) { here(''); from.focus(); }
  });
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (dialog.open && !event.target.closest('.wide')) {
      if (event.key === 'ArrowRight') step(1);
      if (event.key === 'ArrowLeft') step(-1);
    } else if (event.key === '/' && !event.target.closest('input,select')) {
      event.preventDefault();
      $('f-text').focus();
    }
  });
  async function follow() {
    const id = location.hash.slice(1);
    from = cells.find(cell => idOf(cell) === id) ?? null;
    if (id && !await show(id)) reveal(id);
  }
  addEventListener('hashchange', follow);
  follow();
  // A browser that goes back to the page may bring back what was chosen, and does not say so.
  filter();
  addEventListener('pageshow', filter);

  // Copying. A page opened from a file may have no clipboard: then the text is selected.
  async function copied(button) {
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      told(button, 'Copied');
    } catch {
      getSelection().selectAllChildren(code);
      told(button, document.execCommand('copy') ? 'Copied' : 'Selected');
    }
  }
  function told(button, word) {
    button.textContent = word;
    $('told').textContent = word;
    setTimeout(() => { button.textContent = 'Copy'; $('told').textContent = ''; }, 2000);
  }

  // On paper stands the evidence of what is shown, with its pictures.
  const closed = [...document.querySelectorAll('.facts:not([open])')];
  addEventListener('beforeprint', () => {
    if (dialog.open) dialog.close();
    for (const facts of closed) facts.open = true;
    const keep = new Set(visible().map(idOf));
    for (const sheet of document.querySelectorAll('.sheet')) {
      sheet.hidden = !keep.has(sheet.id);
      if (!sheet.hidden) for (const image of sheet.querySelectorAll('img')) image.loading = 'eager';
    }
  });
  addEventListener('afterprint', () => {
    for (const sheet of document.querySelectorAll('.sheet')) sheet.hidden = false;
    for (const facts of closed) facts.open = false;
  });
})();
