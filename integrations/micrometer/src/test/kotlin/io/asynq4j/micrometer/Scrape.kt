package io.asynq4j.micrometer

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.Base64

/** One line of a scrape. */
internal data class Sample(val name: String, val labels: Map<String, String>, val value: Double)

/** What Prometheus would read: the type of each family, and all samples. */
internal class Scrape(text: String) {
    val types: Map<String, String>
    val samples: List<Sample>

    init {
        val lines = text.lines().filter { it.isNotBlank() }
        types = lines.filter { it.startsWith("# TYPE ") }.associate { line ->
            val (name, type) = line.removePrefix("# TYPE ").split(' ')
            name to type
        }
        samples = lines.filterNot { it.startsWith("#") }.map { line ->
            val (name, labels, value) = checkNotNull(SAMPLE.matchEntire(line)) { "no sample: $line" }.destructured
            val found = LABEL.findAll(labels).associate { it.groupValues[1] to it.groupValues[2] }
            Sample(name, found, if (value == "+Inf") Double.POSITIVE_INFINITY else value.toDouble())
        }
    }

    /** The samples of this name, by the values of these labels. */
    fun values(name: String, vararg labels: String): Map<List<String?>, Double> =
        samples.filter { it.name == name }.associate { sample -> labels.map { sample.labels[it] } to sample.value }

    fun value(name: String, vararg labels: Pair<String, String>): Double? =
        samples.singleOrNull { s -> s.name == name && labels.all { s.labels[it.first] == it.second } }?.value

    companion object {
        private val SAMPLE = Regex("""([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)})? (\S+)""")
        private val LABEL = Regex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"""")

        fun of(uri: URI): Scrape = Scrape(get(uri).also { check(it.statusCode() == 200) { "$it" } }.body())
    }
}

internal fun get(uri: URI, login: String? = null, method: String = "GET"): HttpResponse<String> {
    val request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody())
    if (login != null) {
        request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login.encodeToByteArray()))
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString())
}
