// Markdown to HTML that cannot do anything. Loaded when a description is first shown.
import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    // HTML within it is text: it shows as it was written.
    html: ({ text }) => escaped(text),
    // Nothing is fetched from elsewhere: a picture is a link to it.
    image: ({ href, text }) => `<a href="${encodeURI(href)}">${escaped(text)}</a>`,
  },
});

const ALLOWED = ['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a', 'h1', 'h2', 'h3', 'h4', 'hr', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('rel', 'noopener noreferrer nofollow');
  node.setAttribute('target', '_blank');
});

/** The HTML of `text`, sanitised. */
export function render(text: string): string {
  return DOMPurify.sanitize(marked.parse(text, { async: false }), {
    ALLOWED_TAGS: ALLOWED,
    ALLOWED_ATTR: ['href', 'start', 'target', 'rel'],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
  });
}
