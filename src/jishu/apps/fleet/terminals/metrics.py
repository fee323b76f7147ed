"""The gateway's figures for Prometheus, on this machine only."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from .hub import Hub

Family = CounterMetricFamily | GaugeMetricFamily


class _Figures(Collector):
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[Family]:
        hub = self._hub
        yield GaugeMetricFamily("jishu_gateway_connections", "Open connections.", len(hub.connections))
        yield GaugeMetricFamily("jishu_gateway_sessions", "Terminals signed in.", len(hub.sessions))
        yield GaugeMetricFamily("jishu_gateway_held", "Positions not stored yet.", hub.batcher.held)
        yield CounterMetricFamily("jishu_gateway_saved", "Positions stored.", hub.batcher.saved)
        yield CounterMetricFamily("jishu_gateway_lost", "Positions the database refused.", hub.batcher.lost)
        events = CounterMetricFamily("jishu_gateway_events", "What happened, by kind.", labels=["kind"])
        for kind, count in sorted(hub.counts.items()):
            events.add_metric([kind], count)
        yield events


def serve(hub: Hub, port: int) -> None:
    registry = CollectorRegistry()
    registry.register(_Figures(hub))
    start_http_server(port, addr="127.0.0.1", registry=registry)
