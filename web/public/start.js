// Before the first paint: the colours and the direction of last time. Not inline, because nothing inline may run.
(function () {
  try {
    var settings = JSON.parse(localStorage.getItem('todo.settings') || '{}');
    var root = document.documentElement;
    if (settings.theme === 'light' || settings.theme === 'dark') root.dataset.theme = settings.theme;
    if (settings.locale) root.lang = settings.locale;
    if (settings.locale === 'ar') root.dir = 'rtl';
  } catch (_) {
    // Without storage the system's choice holds.
  }
})();
