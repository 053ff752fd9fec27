package io.asynq4j.micrometer

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.micrometer.core.instrument.Gauge
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import java.io.UncheckedIOException
import java.net.ConnectException
import java.net.URI

class MetricsServerTest : FunSpec({
    fun registry() = PrometheusMeterRegistry(PrometheusConfig.DEFAULT)

    test("metrics are served on loopback, in the text format that Prometheus reads") {
        val registry = registry()
        Gauge.builder("cats") { 7 }.register(registry)
        MetricsServer.builder(registry).port(0).open().use { server ->
            server.uri().host shouldBe "127.0.0.1"
            server.uri().path shouldBe "/metrics"
            val answer = get(server.uri())
            answer.statusCode() shouldBe 200
            answer.headers().firstValue("Content-Type").get() shouldBe "text/plain; version=0.0.4; charset=utf-8"
            Scrape(answer.body()).value("cats") shouldBe 7.0
        }
    }

    test("an empty registry is an empty answer") {
        MetricsServer.builder(registry()).port(0).open().use { get(it.uri()).body() shouldBe "" }
    }

    test("nothing else is served, and nothing is changed") {
        MetricsServer.builder(registry()).port(0).path("/m").open().use { server ->
            get(server.uri().resolve("/")).statusCode() shouldBe 404
            get(server.uri().resolve("/m/more")).statusCode() shouldBe 404
            listOf("POST", "PUT", "DELETE").forAll { get(server.uri(), method = it).statusCode() shouldBe 405 }
        }
    }

    test("an address that others can reach needs credentials, and loopback does not") {
        listOf("0.0.0.0", "::", "192.0.2.1").forAll { address ->
            shouldThrow<IllegalStateException> { MetricsServer.builder(registry()).address(address).port(0).open() }
                .message shouldContain "needs credentials"
        }
        listOf("127.0.0.1", "localhost", "127.0.0.2").forAll { address ->
            MetricsServer.builder(registry()).address(address).port(0).open().close()
        }
        MetricsServer.builder(registry()).address("0.0.0.0").port(0).credentials("u", "p").open().close()
    }

    test("with credentials only those who have them are answered") {
        val registry = registry()
        Gauge.builder("cats") { 7 }.register(registry)
        MetricsServer.builder(registry).port(0).credentials("prometheus", "päss:word").open().use { server ->
            get(server.uri(), login = "prometheus:päss:word").body() shouldContain "cats"
            listOf(null, "prometheus:", "prometheus:wrong", "other:päss:word").forAll { login ->
                val refused = get(server.uri(), login)
                refused.statusCode() shouldBe 401
                refused.headers().firstValue("WWW-Authenticate").get() shouldContain "Basic"
                refused.body() shouldNotContain "cats"
            }
            get(server.uri().resolve("/")).statusCode() shouldBe 404
        }
    }

    test("wrong settings are refused at once, and what cannot be listened on when it is opened") {
        val builder = MetricsServer.builder(registry())
        listOf<() -> Any>(
            { builder.port(65_536) },
            { builder.port(-1) },
            { builder.path("metrics") },
            { builder.address("no such host") },
            { builder.credentials("a:b", "c") },
            { builder.credentials("a", " ") },
        ).forAll { shouldThrow<IllegalArgumentException> { it() } }
        MetricsServer.builder(registry()).port(0).open().use { server ->
            shouldThrow<UncheckedIOException> { MetricsServer.builder(registry()).port(server.uri().port).open() }
        }
    }

    test("a path at which nobody could be served is refused before anything listens, with its rule") {
        listOf("/my metrics", "/m?x", "/m#x", "/a%20b", "/%", "/a\u0000", "/a\"b").forAll { path ->
            shouldThrow<IllegalArgumentException> { MetricsServer.builder(registry()).path(path) }
                .message shouldBe "a path has only characters that stand for themselves in a URI: \"$path\""
        }
        listOf("/", "/a-b_c.d~e/f", "/a:b@c;d=e", "/m\u00e9trique").forAll { path ->
            MetricsServer.builder(registry()).port(0).path(path).open().use { server ->
                get(URI(server.uri().toASCIIString())).statusCode() shouldBe 200
            }
        }
    }

    test("a server that is closed answers nobody, and leaves no thread") {
        val server = MetricsServer.builder(registry()).port(0).open()
        get(server.uri())
        server.close()
        server.close()
        shouldThrow<ConnectException> { get(server.uri()) }
        val threads = Thread.getAllStackTraces().keys.filter { it.name == "asynq4j-metrics" }
        threads.forEach { it.join(5_000) }
        threads.none { it.isAlive } shouldBe true
    }
})
