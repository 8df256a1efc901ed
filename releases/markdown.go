package releases

import "html/template"

// HTML renders Markdown for a page, a feed or a mail. What is not in our policy is left out: no
// script, style, form, frame or event handler; links only to http, https, mailto and tel. Headings
// begin at h2. base makes relative addresses absolute.
func HTML(markdown, base string) template.HTML { panic("unwritten") }

// Plain renders Markdown as text for a mail or .txt: paragraphs, lists with hyphens, quotes, links
// followed by their address. Lines are not wrapped.
func Plain(markdown string) string { panic("unwritten") }
