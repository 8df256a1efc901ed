package main

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"dateline/jobs"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meter holds Dateline's figures for Prometheus. What happens in this process is counted as it happens;
// what SQL and Redis know is read at each scrape.
type meter struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	lateness prometheus.Histogram
	leaks    prometheus.Gauge
	checks   prometheus.Counter
}

func newMeter() *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dateline_request_seconds", Help: "How long requests took, by the route that answered.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "dateline_lift_lateness_seconds", Help: "How long after its lift a release's mail began.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2, 5, 10, 60, 600, 3600},
		}),
		leaks:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "dateline_leaks", Help: "Ways in which the last self-test could tell an embargoed release from one that does not exist."}),
		checks: prometheus.NewCounter(prometheus.CounterOpts{Name: "dateline_leak_tests_total", Help: "Self-tests for leaks that were done."}),
	}
	m.registry.MustRegister(m.requests, m.lateness, m.leaks, m.checks, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe times every request. It stands inside the log's line, and renders errors for it, since only
// then is the status known.
func (m *meter) observe(c *fiber.Ctx) error {
	start := time.Now()
	err := c.Next()
	if err != nil {
		web.Blame(c, err)
		err = c.App().ErrorHandler(c, err)
	}
	m.requests.WithLabelValues(c.Method(), c.Route().Path, strconv.Itoa(c.Response().StatusCode())).Observe(time.Since(start).Seconds())
	return err
}

// figures reads from the engine at each scrape.
type figures struct {
	engine *jobs.Engine
	descs  map[string]*prometheus.Desc
}

func newFigures(engine *jobs.Engine) *figures {
	f := &figures{engine: engine, descs: map[string]*prometheus.Desc{}}
	for name, about := range map[string]struct {
		help   string
		labels []string
	}{
		"lifts_total":    {"Releases that have lifted.", nil},
		"deliveries":     {"Deliveries of all dispatches, by what became of them.", []string{"outcome"}},
		"batches_open":   {"Batches of dispatches that are being sent, and not yet done.", nil},
		"letters_open":   {"Single letters that wait to be sent.", nil},
		"queue_depth":    {"References that wait in Redis, by lane.", []string{"lane"}},
		"overdue":        {"What should have begun over 10 seconds ago.", []string{"what"}},
		"clock_skew":     {"This machine's clock less the database's, in seconds.", nil},
		"clock_unsynced": {"1 when nothing keeps this machine's clock right.", nil},
		"up":             {"1 when it can be reached.", []string{"what"}},
		"figures_unread": {"1 when the database could not be asked for the others.", nil},
	} {
		f.descs[name] = prometheus.NewDesc("dateline_"+name, about.help, about.labels, nil)
	}
	return f
}

// Describe names the figures.
func (f *figures) Describe(out chan<- *prometheus.Desc) {
	for _, d := range f.descs {
		out <- d
	}
}

// Collect reads them.
func (f *figures) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), healthPatience)
	defer cancel()
	gauge := func(name string, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(f.descs[name], prometheus.GaugeValue, value, labels...)
	}
	health := f.engine.Health(ctx)
	for what, err := range map[string]error{"database": health.Database, "redis": health.Redis, "relay": health.Relay} {
		gauge("up", truth(err == nil), what)
	}
	gauge("clock_skew", health.Skew.Seconds())
	gauge("clock_unsynced", truth(health.Unsynced))
	gauge("overdue", float64(health.Overdue), "lifts")
	gauge("overdue", float64(health.Waiting), "letters")
	read, err := f.engine.Figures(ctx)
	gauge("figures_unread", truth(err != nil))
	if err != nil {
		return
	}
	out <- prometheus.MustNewConstMetric(f.descs["lifts_total"], prometheus.CounterValue, float64(read.Lifts))
	for outcome, n := range read.Deliveries {
		gauge("deliveries", float64(n), outcome)
	}
	gauge("batches_open", float64(read.Batches))
	gauge("letters_open", float64(read.Letters))
	for lane, n := range read.Lanes {
		gauge("queue_depth", float64(n), lane)
	}
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// serve answers /metrics on a listener of its own until it is closed.
func (m *meter) serve(listener net.Listener) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	server := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	server.Serve(listener)
}
