/*
 * Conveniences. Every page works without this file; nothing here decides anything.
 * Written for Chromium 81 and newer. Behaviour hangs on data attributes, listed in templates/README.md, and listens on
 * the document, so that parts of a page that are exchanged later work the same.
 */
(function () {
  'use strict';

  var MIB = 1024 * 1024;

  function closest(event, selector) {
    return event.target instanceof Element ? event.target.closest(selector) : null;
  }

  /** Whether the key press belongs to something the person is typing in. */
  function typing(event) {
    return closest(event, 'input, textarea, select, [contenteditable]') !== null;
  }

  function say(text) {
    var line = document.createElement('div');
    line.className = 'toast-line';
    line.setAttribute('role', 'status');
    line.textContent = text;
    document.body.appendChild(line);
    setTimeout(function () { line.remove(); }, 2400);
  }

  // ---- buttons: confirm, copy, print -----------------------------------------------------------------------------

  function copy(text) {
    // On plain http, as inside an office network, the clipboard interface is absent.
    if (navigator.clipboard) {
      return navigator.clipboard.writeText(text);
    }
    var field = document.createElement('textarea');
    field.value = text;
    document.body.appendChild(field);
    field.select();
    var done = document.execCommand('copy');
    field.remove();
    return done ? Promise.resolve() : Promise.reject(new Error('copy'));
  }

  document.addEventListener('click', function (event) {
    var confirmed = closest(event, '[data-confirm]');
    if (confirmed && !window.confirm(confirmed.getAttribute('data-confirm'))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (closest(event, '[data-print]')) {
      window.print();
    }
    var link = closest(event, '[data-copy-link]');
    if (link) {
      copy(link.getAttribute('data-copy-link') || window.location.href).then(
        function () { say('链接已复制'); },
        function () { say('浏览器不允许复制，请从地址栏复制'); }
      );
    }
    closeMenus(event);
  }, true);

  /** A menu or clause that is open closes when the person clicks elsewhere. */
  function closeMenus(event) {
    document.querySelectorAll('details.menu[open], details.clause[open]').forEach(function (details) {
      if (!details.contains(event.target)) {
        details.removeAttribute('open');
      }
    });
  }

  // ---- keys: "/" search, j/k/Enter rows, Ctrl+S submit, Escape close -----------------------------------------------

  function moveCursor(step) {
    var rows = Array.from(document.querySelectorAll('table[data-keys] tbody tr[data-href]'));
    if (rows.length === 0) {
      return;
    }
    var at = rows.findIndex(function (row) { return row.classList.contains('cursor'); });
    var next = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step));
    if (at >= 0) {
      rows[at].classList.remove('cursor');
    }
    rows[next].classList.add('cursor');
    rows[next].scrollIntoView({ block: 'nearest' });
  }

  function openCursor() {
    var row = document.querySelector('table[data-keys] tbody tr.cursor');
    if (row) {
      window.location.assign(row.getAttribute('data-href'));
    }
  }

  function submitForm(event) {
    var form = closest(event, 'form') || document.querySelector('main form[data-unsaved]');
    if (!form || form.method !== 'post') {
      return;
    }
    event.preventDefault();
    var button = form.querySelector('button[type="submit"], button:not([type])');
    if (button) {
      button.click();
    }
  }

  document.addEventListener('keydown', function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      submitForm(event);
      return;
    }
    if (event.key === 'Escape') {
      document.querySelectorAll('details.menu[open], details.clause[open]').forEach(function (details) {
        details.removeAttribute('open');
      });
      var toggle = document.getElementById('nav-toggle');
      if (toggle) {
        toggle.checked = false;
      }
    }
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === '/') {
      var search = document.querySelector('[data-search]');
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === 'j') {
      moveCursor(1);
    } else if (event.key === 'k') {
      moveCursor(-1);
    } else if (event.key === 'Enter' && !closest(event, 'a, button, summary')) {
      openCursor();
    }
  });

  // ---- forms: unsaved changes, filters that send themselves, double sending ----------------------------------------

  document.addEventListener('input', function (event) {
    var form = closest(event, 'form[data-unsaved]');
    if (form) {
      form.setAttribute('data-changed', '');
    }
  });

  document.addEventListener('submit', function (event) {
    event.target.removeAttribute('data-changed');
    // A second click while the first is under way would send the form twice. An answer that is a download leaves the
    // page as it is, so the mark is taken away again.
    if (event.target.method === 'post') {
      if (event.target.hasAttribute('data-sending')) {
        event.preventDefault();
        return;
      }
      event.target.setAttribute('data-sending', '');
      setTimeout(function () { event.target.removeAttribute('data-sending'); }, 3000);
    }
  });

  window.addEventListener('pageshow', function () {
    document.querySelectorAll('[data-sending]').forEach(function (form) { form.removeAttribute('data-sending'); });
  });

  window.addEventListener('beforeunload', function (event) {
    if (document.querySelector('form[data-changed]')) {
      event.preventDefault();
      event.returnValue = '';
    }
  });

  document.addEventListener('change', function (event) {
    var form = closest(event, 'form[data-auto-submit]');
    if (form && event.target.matches('select, input[type="checkbox"], input[type="radio"], input[type="date"]')) {
      form.submit();
    }
    checkAll(event);
    if (event.target.matches('input[type="file"]')) {
      checkFiles(event.target);
    }
  });

  // ---- tables: select all ----------------------------------------------------------------------------------------

  function checkAll(event) {
    var table = closest(event, 'table');
    if (!table || !event.target.matches('input[type="checkbox"]')) {
      return;
    }
    var all = table.querySelector('[data-check-all]');
    var boxes = Array.from(table.querySelectorAll('tbody .col-check input[type="checkbox"]'));
    if (event.target === all) {
      boxes.forEach(function (box) { box.checked = all.checked; });
    }
    var chosen = boxes.filter(function (box) { return box.checked; }).length;
    boxes.forEach(function (box) { box.closest('tr').classList.toggle('selected', box.checked); });
    if (all) {
      all.checked = boxes.length > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    document.querySelectorAll('[data-check-count]').forEach(function (place) { place.textContent = String(chosen); });
  }

  // ---- files: drop, size -----------------------------------------------------------------------------------------

  function checkFiles(input) {
    var limit = Number(input.getAttribute('data-max-mib'));
    var place = input.closest('.field') && input.closest('.field').querySelector('[data-file-error]');
    if (!limit || !place) {
      return;
    }
    var large = Array.from(input.files).find(function (file) { return file.size > limit * MIB; });
    place.hidden = !large;
    place.textContent = '';
    if (large) {
      var size = (large.size / MIB).toFixed(1);
      place.textContent = '“' + large.name + '”有 ' + size + ' MB，超过每个文件 ' + limit + ' MB 的上限，没有选中。请压缩后再选。';
      input.value = '';
    }
  }

  function drop(event, over) {
    var area = closest(event, '[data-drop]');
    if (!area) {
      return null;
    }
    event.preventDefault();
    area.classList.toggle('drop-over', over);
    return area.querySelector('input[type="file"]');
  }

  document.addEventListener('dragover', function (event) { drop(event, true); });
  document.addEventListener('dragleave', function (event) { drop(event, false); });
  document.addEventListener('drop', function (event) {
    var input = drop(event, false);
    if (input && event.dataTransfer.files.length > 0) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });

  // ---- htmx: the token that proves a form is ours ------------------------------------------------------------------

  document.addEventListener('htmx:configRequest', function (event) {
    var token = document.querySelector('meta[name="csrf-token"]');
    if (token) {
      event.detail.headers['X-CSRF-Token'] = token.content;
    }
  });
}());
