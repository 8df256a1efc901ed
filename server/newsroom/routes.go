package newsroom

import "github.com/gofiber/fiber/v2"

// route is an address of the public side and what answers it.
type route struct {
	method, path string
	handle       fiber.Handler
}

// routes are all there are, in the order in which they are tried. A GET is a HEAD too.
func (s *Site) routes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	all := []route{
		{get, "/", s.showHome},
		{get, "/robots.txt", s.showRobots},
		{get, "/sitemap.xml", s.showSitemap},
		{get, "/news-sitemap.xml", s.showNewsSitemap},
		{get, "/feeds", s.showFeeds},
		{get, "/feeds.opml", s.showOPML},
		{get, "/feed.:format", s.showFeed},
		{get, "/oembed", s.showOEmbed},
		{get, "/favicon.ico", s.showIcon},
		{get, "/hub", s.showHub},
		{post, "/hub", s.askHub},
		{get, "/r/:id", s.followShortLink},
		{get, "/files/:id/:name", s.showFile},
		{get, "/pass/:token", s.showPass},
		{post, "/pass/:token", s.acceptPass},
		{get, "/pass/:token/release.json", s.showPassNinjs},
		{get, "/pass/:token/files/:id/:name", s.showPassFile},
		{get, "/confirm/:token", s.showConfirm},
		{post, "/confirm/:token", s.confirm},
		{get, "/unsubscribe/:token", s.showUnsubscribe},
		{post, "/unsubscribe/:token", s.unsubscribe},
		{get, "/:newsroom/subscribe", s.showSubscribe},
		{post, "/:newsroom/subscribe", s.subscribe},
		{get, "/:newsroom/feeds", s.showFeeds},
		{get, "/:newsroom/search", s.showSearch},
		{get, "/:newsroom/feed.:format", s.showFeed},
		{get, "/:newsroom/topics/:topic/feed.:format", s.showFeed},
		{get, "/:newsroom/topics/:topic", s.showNewsroom},
		{get, "/:newsroom/:slug.txt", s.showText},
		{get, "/:newsroom/:slug.json", s.showNinjs},
		{get, "/:newsroom/:slug/embed", s.showEmbed},
		{get, "/:newsroom/:slug/changes/:version", s.showChanges},
		{get, "/:newsroom/:slug", s.showRelease},
		{get, "/:newsroom", s.showNewsroom},
	}
	if key := s.deps.IndexNowKey; key != "" {
		all = append([]route{{get, "/" + key + ".txt", s.showIndexNowKey}}, all...)
	}
	return all
}
