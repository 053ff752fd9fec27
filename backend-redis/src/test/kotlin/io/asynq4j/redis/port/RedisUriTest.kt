package io.asynq4j.redis.port

import io.asynq4j.redis.port.Topology.Cluster
import io.asynq4j.redis.port.Topology.Host
import io.asynq4j.redis.port.Topology.Sentinel
import io.asynq4j.redis.port.Topology.Socket
import io.asynq4j.redis.port.Topology.Standalone
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import tools.jackson.databind.JsonNode
import tools.jackson.databind.json.JsonMapper

private val goods = listOf(
    "redis://localhost" to uri(Standalone(Host("localhost", 6379))),
    "redis://localhost:7000/3" to uri(Standalone(Host("localhost", 7000)), database = 3),
    "rediss://redis.example.org" to uri(Standalone(Host("redis.example.org", 6379)), tls = true),
    "redis://[::1]:6380/1" to uri(Standalone(Host("::1", 6380)), database = 1),
    "redis://[2001:db8::7]" to uri(Standalone(Host("2001:db8::7", 6379))),
    "redis://my_redis-1:6379" to uri(Standalone(Host("my_redis-1", 6379))),
    "redis://:secret@h" to uri(Standalone(Host("h", 6379)), Login(null, "secret")),
    "redis://ada:secret@h" to uri(Standalone(Host("h", 6379)), Login("ada", "secret")),
    "redis://ada:@h" to uri(Standalone(Host("h", 6379)), Login("ada", "")),
    "redis://@h" to uri(Standalone(Host("h", 6379))),
    "redis://:@h" to uri(Standalone(Host("h", 6379))),
    "redis://a%40b:p%3A%2F%3F%23%25+%C3%A9@h" to uri(Standalone(Host("h", 6379)), Login("a@b", "p:/?#%+é")),
    "redis://:p@ss:word@h" to uri(Standalone(Host("h", 6379)), Login(null, "p@ss:word")),
    "redis-socket:///run/redis.sock" to uri(Socket("/run/redis.sock")),
    "redis-socket://ada:secret@/run/redis.sock?db=2" to
        uri(Socket("/run/redis.sock"), Login("ada", "secret"), database = 2),
    "redis-socket:///my%20redis.sock" to uri(Socket("/my redis.sock")),
    "redis-sentinel://s1,s2:5000/2?master=main" to
        uri(Sentinel(listOf(Host("s1", 26379), Host("s2", 5000)), "main", Login.none()), database = 2),
    "rediss-sentinel://ada:secret@s1?master=my%2Fmain" to
        uri(Sentinel(listOf(Host("s1", 26379)), "my/main", Login("ada", "secret")), tls = true),
    "redis-cluster://n1:7000,[::1]:7001,n3" to
        uri(Cluster(listOf(Host("n1", 7000), Host("::1", 7001), Host("n3", 6379)))),
    "rediss-cluster://ada:secret@n1/0" to uri(Cluster(listOf(Host("n1", 6379))), Login("ada", "secret"), tls = true),
)

private const val FORMS = "must start with redis://, rediss://, redis-socket://, redis-sentinel://, " +
    "rediss-sentinel://, redis-cluster:// or rediss-cluster://"
private const val ENCODE = " ('/', '?' and '#' in a user or password are written %2F, %3F and %23)"
private const val PORT = "must have a port from 1 to 65535"
private const val HOST =
    "has a host that is neither a name nor an IP address (IPv6 goes in brackets, as in [::1])"
private const val SOCKET = "as in redis-socket:///run/redis.sock"
private const val LOGIN =
    "needs a password with the user, as in user:password@host; for a password alone, :password@host"
private const val PERCENT = "that starts no percent-encoded UTF-8; '%' itself is written %25"

/** What is wrong, and what the user is told after "Redis URI ". */
private val bads = listOf(
    "" to "\"\" $FORMS",
    "localhost:6379" to "\"localhost:6379\" $FORMS",
    "http://ada:hush@h" to "\"http://***@h\" $FORMS",
    "ada:hush@h" to "\"***@h\" $FORMS",
    "redis:ada:hush" to "\"redis:***\" $FORMS",
    "redis://h:6379\n" to "\"redis://h:6379?\" must not contain white space",
    "redis://h/1 " to "\"redis://h/1 \" must not contain white space",
    "redis://" to "\"redis://\" needs a host",
    "redis:///3" to "\"redis:///3\" needs a host",
    "redis://:6379" to "\"redis://:6379\" needs a host",
    "redis://:hush" to "\"redis://:***\" needs a host",
    "redis://h:" to "\"redis://h:***\" $PORT",
    "redis://h:0" to "\"redis://h:0\" $PORT",
    "redis://h:65536" to "\"redis://h:65536\" $PORT",
    "redis://ada:hush" to "\"redis://ada:***\" $PORT",
    "redis://h:+1" to "\"redis://h:***\" $PORT",
    "redis://::1" to "\"redis://:***\" needs a host",
    "redis://[::1" to "\"redis://[:***\" $HOST",
    "redis://[localhost]" to "\"redis://[localhost]\" $HOST",
    "redis://a|b" to "\"redis://a|b\" $HOST",
    "redis://h1,h2" to "\"redis://h1,h2\" must name one host; several are for the sentinel and cluster forms",
    "redis://hush@h" to "\"redis://***@h\" $LOGIN",
    "redis://:hu%sh@h" to "\"redis://***@h\" has a '%' in the password $PERCENT",
    "redis://:hush%4@h" to "\"redis://***@h\" has a '%' in the password $PERCENT",
    "redis://hu%FFsh:hush@h" to "\"redis://***@h\" has a '%' in the user $PERCENT",
    "redis://:hu/sh@h" to "\"redis://***@h\" needs a host$ENCODE",
    "redis://ada:hu/sh@h" to "\"redis://***@h\" $PORT$ENCODE",
    "redis://ada:12?sh@h" to "\"redis://***@h\" must not have parameters$ENCODE",
    "redis://ada:12/sh@h" to "\"redis://***@h\" must have the number of a database in the path$ENCODE",
    "redis://:hu#sh@h" to "\"redis://***@h\" must not contain '#'$ENCODE",
    "redis://h#hush" to "\"redis://h#***\" must not contain '#'",
    "redis://h/" to "\"redis://h/\" must have the number of a database in the path",
    "redis://h/abc" to "\"redis://h/abc\" must have the number of a database in the path",
    "redis://h/-1" to "\"redis://h/-1\" must have the number of a database in the path",
    "redis://h/12345678901" to "\"redis://h/12345678901\" must have the number of a database in the path",
    "redis://h?password=hush&db=1" to "\"redis://h?password=***&db=1\" must not have parameters",
    "redis-socket://" to "\"redis-socket://\" needs the path of a socket, $SOCKET",
    "redis-socket://run/redis.sock" to
        "\"redis-socket://run/redis.sock\" must not name a host, only the path of a socket, $SOCKET",
    "redis-socket:///r.sock?db=x" to "\"redis-socket:///r.sock?db=x\" must have the number of a database in db",
    "redis-socket:///r.sock?db=1&db=2" to "\"redis-socket:///r.sock?db=1&db=2\" must not have db twice",
    "redis-socket:///r.sock?dbase=1" to "\"redis-socket:///r.sock?dbase=***\" must not have parameters but db",
    "redis-sentinel://s1" to
        "\"redis-sentinel://s1\" needs ?master= and the name that the sentinels know the server by",
    "redis-sentinel://s1?master=" to
        "\"redis-sentinel://s1?master=\" needs ?master= and the name that the sentinels know the server by",
    "redis-sentinel://s1,?master=m" to "\"redis-sentinel://s1,?master=m\" needs a host",
    "redis-sentinel://s1:x,s2?master=m" to "\"redis-sentinel://s1:***,s2?master=m\" $PORT",
    "redis-sentinel://s1/x?master=m" to
        "\"redis-sentinel://s1/x?master=m\" must have the number of a database in the path",
    "rediss-cluster://n1/3" to
        "\"rediss-cluster://n1/3\" must not name a database, since a cluster has only database 0",
    "redis-cluster://n1?db=0" to "\"redis-cluster://n1?db=0\" must not have parameters",
)

class RedisUriTest : FunSpec({
    goods.forEach { (text, expected) ->
        test("$text is understood") {
            RedisUri.of(text) shouldBe expected
        }

        test("$text is shown without its login, in a form that can be read back") {
            val shown = RedisUri.of(text).toString()

            listOf("ada", "secret", "p:/", "p@ss").forEach { shown shouldNotContain it }
            RedisUri.of(
                shown.replace("***@", "").replace(" ", "%20").replace("my/", "my%2F"),
            ).topology.hostsAndPaths() shouldBe
                expected.topology.hostsAndPaths()
        }
    }

    bads.forEach { (text, message) ->
        test("${text.replace("\n", "\\n").ifEmpty { "nothing" }} is refused with the rule, and shows no secret") {
            val refusal = shouldThrow<IllegalArgumentException> { RedisUri.of(text) }.message!!

            refusal shouldBe "Redis URI $message"
            refusal shouldNotContain "hu"
        }
    }

    test("a URI of great length is cut in the message") {
        val refusal = shouldThrow<IllegalArgumentException> { RedisUri.of("x".repeat(100_000)) }

        refusal.message!!.length shouldBe "Redis URI \"\" $FORMS".length + 201
    }

    test("a login can be given apart from the URI") {
        RedisUri.of("redis://h").withLogin("ada", "secret").login shouldBe Login("ada", "secret")
        RedisUri.of("redis://h").withLogin(null, "secret").login.toString() shouldBe "Login[***]"
    }

    recordedByGo().forEach { case ->
        val uri = case["input"]["uri"].stringValue()
        test("'$uri' comes out as asynq parses it: ${case["outcome"].stringValue()}") {
            if (case["outcome"].stringValue() == "error") {
                shouldThrow<IllegalArgumentException> { RedisUri.of(uri) }
            } else {
                RedisUri.of(uri).inWordsOfGo() shouldBe recorded(case["result"]) + wantedDifferences[uri].orEmpty()
            }
        }
    }

    test("the wanted differences are differences") {
        wantedDifferences.forAll { (uri, ours) ->
            val go = recorded(recordedByGo().single { it["input"]["uri"].stringValue() == uri }["result"])
            ours.forAll { (name, value) -> value shouldNotBe go[name] }
        }
    }
})

/** Where asynq ignores what the user wrote, and we do not. */
private val wantedDifferences = mapOf(
    "redis://user:secret@localhost:6379" to mapOf("username" to "user"),
    "redis-sentinel://h1:5000/2?master=m" to mapOf("db" to 2),
)

private fun uri(topology: Topology, login: Login = Login.none(), tls: Boolean = false, database: Int = 0) =
    RedisUri(topology, tls, login, database)

private fun Topology.hostsAndPaths(): Any = when (this) {
    is Standalone -> host
    is Socket -> path
    is Sentinel -> sentinels to master
    is Cluster -> seeds
}

private fun recordedByGo(): List<JsonNode> = RedisUriTest::class.java.getResourceAsStream("parse-redis-uri.json").use {
    JsonMapper.shared().readTree(it).toList()
}

private fun recorded(result: JsonNode): Map<String, Any?> = buildMap {
    result.properties().forEach { (name, value) ->
        val plain: Any = when {
            value.isArray -> value.values().map { it.stringValue() }
            value.isBoolean -> value.booleanValue()
            value.isInt -> value.intValue()
            name == "addr" && !result["network"].stringValue().equals("unix") -> withPort(value.stringValue())
            else -> value.stringValue()
        }
        put(name, plain)
    }
    remove("tls_server_name") // always the host
}

/** asynq leaves the default port to its driver. */
private fun withPort(address: String) = if (Regex(":\\d+$") in address) address else "$address:6379"

private fun RedisUri.inWordsOfGo(): Map<String, Any?> = when (val topology = topology) {
    is Standalone -> client("", topology.host.toString(), login)

    is Socket -> client("unix", topology.path, login)

    is Sentinel -> mapOf(
        "kind" to "failover",
        "master" to topology.master,
        "sentinel_addrs" to topology.sentinels.map { it.toString() },
        "sentinel_password" to (topology.sentinelLogin.password ?: ""),
        "db" to database,
    )

    is Cluster -> error("asynq has no form for clusters")
}

private fun RedisUri.client(network: String, address: String, login: Login) = mapOf(
    "kind" to "client",
    "network" to network,
    "addr" to address,
    "username" to (login.user ?: ""),
    "password" to (login.password ?: ""),
    "db" to database,
    "tls" to tls,
)
