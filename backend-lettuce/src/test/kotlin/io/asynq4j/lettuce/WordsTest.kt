package io.asynq4j.lettuce

import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.Script
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream

private fun Call.bytes(whole: Boolean = false): ByteArray = Words.of(this, whole).run { array().copyOf(size()) }

private fun Call.text(whole: Boolean = false) = bytes(whole).decodeToString(throwOnInvalidSequence = true)

/** An array of strings as the protocol has it. */
private fun protocol(words: List<ByteArray>): ByteArray {
    val bytes = ByteArrayOutputStream()
    bytes.writeBytes("*${words.size}\r\n".encodeToByteArray())
    words.forEach {
        bytes.writeBytes("$${it.size}\r\n".encodeToByteArray())
        bytes.writeBytes(it)
        bytes.writeBytes("\r\n".encodeToByteArray())
    }
    return bytes.toByteArray()
}

private fun protocol(vararg words: String) = protocol(words.map { it.encodeToByteArray() })

class WordsTest : FunSpec({
    test("a command is an array of its name, its keys and its arguments, in this order") {
        Call.of("PING").build().text() shouldBe "*1\r\n$4\r\nPING\r\n"
        Call.of("SET").arg("v").key("k").arg(-1).build().text() shouldBe
            "*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\n-1\r\n"
    }

    test("a script goes by its hash and the number of its keys, and with its source when Redis is to learn it") {
        val script = Script.of("test.lua", "return 1")
        val call = Call.of(script).key("a").key("b").arg("x").build()
        call.bytes() shouldBe protocol("EVALSHA", script.sha1(), "2", "a", "b", "x")
        call.bytes(whole = true) shouldBe protocol("EVAL", "return 1", "2", "a", "b", "x")

        Call.of(script).arg("x").build().bytes() shouldBe protocol("EVALSHA", script.sha1(), "0", "x")
    }

    test("lengths count the bytes of a text, not its characters") {
        Call.of("SET").key("日本").arg("é😀").build().text() shouldBe
            "*3\r\n$3\r\nSET\r\n$6\r\n日本\r\n$6\r\né😀\r\n"
        Call.of(Script.of("test.lua", "return 'é'")).key("ключ").build().text(whole = true) shouldBe
            "*4\r\n$4\r\nEVAL\r\n$11\r\nreturn 'é'\r\n$1\r\n1\r\n$8\r\nключ\r\n"
    }

    test("empty words are words, and no byte in a word means anything") {
        val all = ByteArray(256) { it.toByte() }
        val deceptive = "\r\n$3\r\nfoo\r\n*1\r\n".encodeToByteArray()
        Call.of("SET").key("").arg("").arg(all).arg(deceptive).arg("").build().bytes() shouldBe
            protocol(listOf("SET".encodeToByteArray(), ByteArray(0), ByteArray(0), all, deceptive, ByteArray(0)))
    }

    test("a length has as many digits as it needs, and room for them") {
        listOf(1, 9, 10, 11, 99, 100, 101, 999, 1_000, 65_536, 999_999, 1_000_000, 12_345_678).forAll { length ->
            val long = ByteArray(length) { (it * 31).toByte() }
            val expected = protocol(listOf("RPUSH".encodeToByteArray(), long, long))
            Call.of("RPUSH").arg(long).arg(long).build().bytes().contentEquals(expected) shouldBe true
        }
    }

    test("so have the numbers of words and keys") {
        val script = Script.of("test.lua", "return 1")
        listOf(7, 8, 9, 10, 97, 98, 99, 100, 997, 1_000, 12_345).forAll { count ->
            val keys = (1..count).map { "asynq:{default}:t:$it" }
            val call = Call.of(script).apply { keys.forEach { key(it) } }.build()
            call.bytes() shouldBe protocol("EVALSHA", script.sha1(), "$count", *keys.toTypedArray())
            val args = Call.of("SADD").apply { keys.forEach { arg(it) } }.build()
            args.bytes() shouldBe protocol("SADD", *keys.toTypedArray())
        }
    }
})
