package io.asynq4j.samples.quickstart

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class EmailAddressTest : FunSpec({
    test("an address is the same text however its domain is written and whatever is around it") {
        mapOf(
            "ada@example.org" to "ada@example.org",
            "  ada@example.org\t" to "ada@example.org",
            "Ada@EXAMPLE.org" to "Ada@example.org",
            "дмитрий@пример.example" to "дмитрий@xn--e1afmkfd.example",
            "дмитрий@ПРИМЕР.example" to "дмитрий@xn--e1afmkfd.example",
            "मोहन.जोशी@उदाहरण.example" to "मोहन.जोशी@xn--p1b6ci4b4b3a.example",
        ).forEach { (text, normal) -> EmailAddress.normal(text) shouldBe normal }
    }

    test("the rule that is broken is told") {
        mapOf(
            "" to "the address is missing",
            "   " to "the address is missing",
            "ada.example.org" to "the address has no @",
            "ada@@example.org" to "the address has more than one @",
            "ada@example.org;bob@example.org" to "the address has more than one @",
            "@example.org" to "nothing is before the @ of the address",
            "ada@" to "nothing is after the @ of the address",
            "ada lovelace@example.org" to "the address has a character that none may have",
            "ada\u00a0@example.org" to "the address has a character that none may have",
            "<ada@example.org>" to "the address has a character that none may have",
            "ada@example.org\u0000" to "the address has a character that none may have",
            "${"a".repeat(243)}@example.org" to "the address is longer than 254 characters",
            "ada@example..org" to "what follows the @ of the address is no domain",
            "ada@exa_mple.org" to "what follows the @ of the address is no domain",
        ).forEach { (text, rule) ->
            shouldThrow<IllegalArgumentException> { EmailAddress.normal(text) }.message shouldBe rule
        }
    }

    test("254 characters are not too many") {
        val longest = "a".repeat(242) + "@example.org"
        EmailAddress.normal(longest) shouldBe longest
    }
})
