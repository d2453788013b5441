from web import health


def test_the_empty_page_is_empty(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_ready_means_that_the_log_can_be_read(shop, client):
    assert client.get("/readyz").text == f"ready, {shop.market.world.size()} entries\n"


def test_not_ready_is_told_to_a_monitor(own_shop):
    own_shop.database.close()
    (own_shop.config.data / "sogoc.db").unlink()
    assert own_shop.client.get("/readyz").status_code >= 500


def test_metrics_count_requests_by_closed_names(shop, client):
    client.get("/khong-co-trang-nay")
    client.open("/healthz", method="BREW")
    client.get(shop.stamp("valid"))
    told = client.get("/metrics").text
    assert 'sogoc_http_requests_total{endpoint="none",method="GET",status="404"}' in told
    assert 'method="other"' in told
    assert 'sogoc_verdicts_total{state="valid"}' in told
    assert f"sogoc_log_size {float(shop.market.world.size())}" in told
    assert "khong-co" not in told
    assert "BREW" not in told


def test_every_metric_has_a_help_text():
    assert all(metric.documentation for metric in health.REGISTRY.collect())
