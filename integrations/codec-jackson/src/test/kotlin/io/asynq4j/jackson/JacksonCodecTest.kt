package io.asynq4j.jackson

import com.fasterxml.jackson.annotation.JsonAnySetter
import com.fasterxml.jackson.annotation.JsonCreator
import com.fasterxml.jackson.annotation.JsonProperty
import com.fasterxml.jackson.annotation.JsonSubTypes
import com.fasterxml.jackson.annotation.JsonTypeInfo
import io.asynq4j.task.Payload
import io.asynq4j.task.PayloadException
import io.asynq4j.task.TaskType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import tools.jackson.core.type.TypeReference
import tools.jackson.databind.DeserializationFeature
import tools.jackson.databind.PropertyNamingStrategies
import tools.jackson.databind.json.JsonMapper
import java.time.Duration
import java.time.Instant

@JvmRecord
data class Member(val id: Long, val name: String?, val joined: Instant? = null, val trial: Duration? = null)

@JvmRecord
data class Order(val member: Member?, val lines: List<Line>?, val notes: Map<String, Int>?)

@JvmRecord
data class Line(val price: Int)

@JvmRecord
data class Strict(
    @param:JsonProperty(required = true) val needed: String,
)

@JvmRecord
data class Age(val years: Int) {
    init {
        require(years >= 0) { "negative: $years hush" }
    }
}

class Extras {
    var known: Int = 0

    @JsonAnySetter
    @Suppress("unused") // Jackson calls it
    fun put(name: String, value: Int) = check(value == 0 || name.isEmpty())
}

class Sealed {
    var known: Int = 0

    @Suppress("unused") // Jackson calls it
    fun put(name: String, value: Int) = check(value == 0 || name.isEmpty())
}

interface Bare

class Moody {
    @Suppress("unused") // Jackson calls it
    val mood: String get() = error("hush")
}

@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes(JsonSubTypes.Type(Circle::class, name = "circle"))
interface Shape

@JvmRecord
data class Circle(val radius: Int) : Shape

@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
interface Open

class Hole
@JsonCreator
constructor(@param:JsonProperty("depth") val depth: Int) : Open

private const val PKG = "io.asynq4j.jackson"

class JacksonCodecTest : FunSpec({
    test("a record becomes JSON and comes back, with times as ISO text") {
        val codec = JacksonCodec.of(Member::class.java)
        val ada = Member(42, "Ada Ł", Instant.parse("2026-11-21T06:00:00Z"), Duration.ofSeconds(90))

        String(codec.encode(ada)) shouldBe
            """{"id":42,"name":"Ada Ł","joined":"2026-11-21T06:00:00Z","trial":"PT1M30S"}"""
        codec.decode(codec.encode(ada)) shouldBe ada
    }

    test("a type with parameters comes back with them") {
        val codec = JacksonCodec.of(object : TypeReference<Map<String, List<Member>>>() {})
        val members = mapOf("new" to listOf(Member(1, "Ada"), Member(2, null)))

        codec.decode(codec.encode(members)) shouldBe members
    }

    test("a task type writes and reads with it") {
        val type = TaskType.of("email:welcome", JacksonCodec.of(Member::class.java))

        type.decode(type.task(Member(7, "Grace")).payload()) shouldBe Member(7, "Grace")
    }

    test("properties that the type does not have are ignored") {
        JacksonCodec.of(Member::class.java).decode("""{"id":1,"name":"Ada","added":{"later":[1,2]}}""") shouldBe
            Member(1, "Ada")
    }

    test("properties that are not there are null or zero, unless they are required") {
        JacksonCodec.of(Member::class.java).decode("{}") shouldBe Member(0, null)
        refusal("{}", JacksonCodec.of(Strict::class.java)) shouldBe
            "no JSON of a $PKG.Strict: no value that fits java.lang.String at needed (line 1, column 2)"
    }

    test("subtypes are found by their names") {
        val codec = JacksonCodec.of(Shape::class.java)

        String(codec.encode(Circle(3))) shouldBe """{"kind":"circle","radius":3}"""
        codec.decode("""{"kind":"circle","radius":3}""") shouldBe Circle(3)
    }

    test("names of classes in the payload are refused, even where an annotation asks for them") {
        val refusal = refusal("""{"@class":"$PKG.Hole","depth":1}""", JacksonCodec.of(Open::class.java))

        refusal shouldStartWith "no JSON of a $PKG.Open: "
        refusal shouldNotContain "Hole"
    }

    listOf(
        "" to "empty, which is no JSON of a $PKG.Order",
        "null" to "null instead of a $PKG.Order",
        "hush" to "no JSON of a $PKG.Order: malformed (line 1, column 1)",
        "{\"hush\":" to "no JSON of a $PKG.Order: malformed (line 1, column 9)",
        "{} hush" to "no JSON of a $PKG.Order: malformed (line 1, column 4)",
        "{}{}" to "no JSON of a $PKG.Order: no value that fits $PKG.Order (line 1, column 3)",
        "\"hush\"" to "no JSON of a $PKG.Order: no value that fits $PKG.Order (line 1, column 1)",
        "[1]" to "no JSON of a $PKG.Order: no value that fits $PKG.Order (line 1, column 1)",
        """{"member":{"id":"hush"}}""" to
            "no JSON of a $PKG.Order: no value that fits long at member.id (line 1, column 17)",
        """{"member":{"id":null}}""" to
            "no JSON of a $PKG.Order: no value that fits long at member.id (line 1, column 17)",
        """{"member":{"joined":"hush"}}""" to
            "no JSON of a $PKG.Order: no value that fits java.time.Instant at member.joined (line 1, column 21)",
        "{\"lines\":[{\"price\":1},\n {\"price\":\"hush\"}]}" to
            "no JSON of a $PKG.Order: no value that fits int at lines[1].price (line 2, column 11)",
        """{"notes":{"hush":"hush"}}""" to
            "no JSON of a $PKG.Order: no value that fits java.lang.Integer at notes[*] (line 1, column 18)",
        """{"lines":[{"price":99999999999}]}""" to
            "no JSON of a $PKG.Order: no value that fits int at lines[0].price (line 1, column 31)",
    ).forEach { (json, message) ->
        test("${json.ifEmpty { "nothing" }} is refused with type and place, without what it says") {
            val refusal = refusal(json, JacksonCodec.of(Order::class.java))

            refusal shouldBe message
            refusal shouldNotContain "hush"
        }
    }

    test("names that only the payload has are not told, also where a class takes any, or a mixin makes it do so") {
        val mapper = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(Sealed::class.java, Extras::class.java).build()
        listOf(JacksonCodec.of(Extras::class.java, mapper), JacksonCodec.of(Sealed::class.java, mapper)).forEach {
            refusal("""{"hush":"hush"}""", it) shouldContain " at [*] (line 1, column "
            refusal("""{"known":"hush"}""", it) shouldContain " at known (line 1, column "
        }
    }

    test("what a constructor throws is told by its class alone") {
        refusal("""{"years":-1}""", JacksonCodec.of(Age::class.java)) shouldBe
            "no JSON of a $PKG.Age: java.lang.IllegalArgumentException (line 1, column 12)"
    }

    test("the refusal that a handler gets has no cause that shows the payload") {
        val type = TaskType.of("order", JacksonCodec.of(Order::class.java))

        val refusal = shouldThrow<PayloadException> { type.decode(Payload.ofUtf8("""{"lines":"hush"}""")) }

        refusal.stackTraceToString() shouldNotContain "hush"
        refusal.message!! shouldStartWith "task type order: cannot read the payload: no JSON of a $PKG.Order: "
        refusal.cause!!.cause.shouldBeNull()
    }

    test("a type that Jackson cannot make is refused with the reason, one whose getter fails without it") {
        refusal("{}", JacksonCodec.of(Bare::class.java)) shouldStartWith
            "no JSON of a $PKG.Bare: Cannot construct instance of `$PKG.Bare` (no Creators"
        shouldThrow<IllegalArgumentException> { JacksonCodec.of(Moody::class.java).encode(Moody()) }.message shouldBe
            "no JSON from a $PKG.Moody: java.lang.IllegalStateException at mood"
    }

    test("a mapper of one's own decides on names and strictness") {
        val mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
        val codec = JacksonCodec.of(Line::class.java, mapper)

        String(codec.encode(Line(5))) shouldBe """{"Price":5}"""
        refusal("""{"Price":5,"hush":1}""", codec) shouldBe
            "no JSON of a $PKG.Line: an unknown property"
        val lists = JacksonCodec.of(object : TypeReference<List<Line>>() {}, mapper)
        lists.decode("""[{"Price":5}]""") shouldBe listOf(Line(5))
    }

    test("it is shown by its type") {
        JacksonCodec.of(object : TypeReference<List<Line>>() {}).toString() shouldBe
            "JacksonCodec[java.util.List<$PKG.Line>]"
    }
})

private fun <T : Any> JacksonCodec<T>.decode(json: String): T = decode(json.toByteArray())

private fun refusal(json: String, codec: JacksonCodec<*>): String =
    shouldThrow<IllegalArgumentException> { codec.decode(json) }.message!!
