/**
 * Trusted Types: the page's policy lets no plain text become a script, and this is the one place that says otherwise. Every
 * worker, the service worker too, is a file of the page's own origin.
 */

/** What modern-screenshot fills a hidden frame with, to read a browser's usual styles there. */
const emptyPage = '<!DOCTYPE html><meta charset="UTF-8"><title></title><body>';

interface PolicyRules {
  createHTML: (html: string) => string;
  createScriptURL: (url: string) => string;
}

const refused = (what: string) => new TypeError(`${what} may not become part of this page`);

/** Absent in browsers that do not know it. */
const { trustedTypes } = globalThis as {
  trustedTypes?: { createPolicy: (name: 'default', rules: PolicyRules) => unknown };
};

trustedTypes?.createPolicy('default', {
  createHTML: (html) => {
    if (html !== emptyPage) throw refused('text as HTML');
    return html;
  },
  createScriptURL: (url) => {
    const { origin } = new URL(url, document.baseURI);
    if (origin !== location.origin) throw refused(`a script of ${origin}`);
    return url;
  },
});
