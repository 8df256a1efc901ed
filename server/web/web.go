// Package web is what every page and answer needs, public or not: page sets, static assets with their
// content hash in the address, conditional and compressed answers, the one table from errors to
// statuses, and the Fiber app with its middleware.
package web
