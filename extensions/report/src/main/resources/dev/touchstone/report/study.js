(function () {
  'use strict';
  var by = function (id) { return document.getElementById(id); };
  var items = Array.prototype.slice.call(document.querySelectorAll('template.item'));
  var begin = by('begin');
  var ask = by('ask');
  var answers = [];
  var order = [];
  var who = '';
  var saved = false;

  // A code is the same order every time, on every browser: FNV-1a, then mulberry32.
  function random(text) {
    var state = 2166136261;
    for (var i = 0; i < text.length; i++) {
      state = Math.imul(state ^ text.charCodeAt(i), 16777619);
    }
    return function () {
      state = (state + 0x6d2b79f5) | 0;
      var t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function shuffled(list, next) {
    var all = list.slice();
    for (var i = all.length - 1; i > 0; i--) {
      var j = Math.floor(next() * (i + 1));
      var kept = all[i];
      all[i] = all[j];
      all[j] = kept;
    }
    return all;
  }

  function cell(text) {
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function csv() {
    return ['participant,condition,item,rating,reason'].concat(answers.map(function (a) {
      return a.map(cell).join(',');
    })).join('\n') + '\n';
  }

  function show() {
    var place = answers.length;
    if (place === order.length) {
      ask.hidden = true;
      by('end').hidden = false;
      by('csv').value = csv();
      by('save').href = URL.createObjectURL(new Blob([csv()], { type: 'text/csv;charset=utf-8' }));
      by('save').download = 'answers-' + who + '.csv';
      by('thanks').focus();
      return;
    }
    ask.reset();
    by('words').required = false;
    by('where').textContent = 'Answer ' + (place + 1) + ' of ' + order.length;
    var panel = by('panel');
    panel.textContent = '';
    panel.appendChild(order[place].content.cloneNode(true));
    window.scrollTo(0, 0);
    by('where').focus();
  }

  begin.addEventListener('submit', function (event) {
    event.preventDefault();
    who = by('who').value;
    order = shuffled(items, random(who));
    order.push(order[0]);
    begin.hidden = true;
    ask.hidden = false;
    show();
  });

  by('reason').addEventListener('change', function () {
    by('words').required = ask.elements.reason.value === 'other';
  });

  by('words').addEventListener('input', function () {
    if (by('words').value) {
      ask.elements.reason.value = 'other';
      by('words').required = true;
    }
  });

  ask.addEventListener('submit', function (event) {
    event.preventDefault();
    var reason = ask.elements.reason.value;
    var words = by('words').value.trim();
    var of = order[answers.length].dataset;
    answers.push([
      who, of.condition, of.item, ask.elements.rating.value,
      reason === 'other' ? 'other: ' + words : reason
    ]);
    show();
  });

  by('save').addEventListener('click', function () { saved = true; });

  window.addEventListener('beforeunload', function (event) {
    if (answers.length > 0 && !saved) {
      event.preventDefault();
      event.returnValue = '';
    }
  });

  begin.hidden = false;
  by('who').focus();
})();
