package io.asynq4j.samples.bankmail.api

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.shouldBe

class InputsTest : FunSpec({
    test("an address is stored without spaces around it, and in small letters") {
        Inputs.email(" Ada.Lovelace+bank@Example.org ") shouldBe "ada.lovelace+bank@example.org"
    }

    test("what no letter can be given is no address") {
        val roughly = listOf("", "ada", "@example.org", "ada@", "a@b@c", "a,b@c.org")
        (roughly + listOf("ada..b@example.org", ".ada@example.org", "a@b_c.org"))
            .forAll {
                shouldThrow<IllegalArgumentException> { Inputs.email(it) }.message shouldBe "the address is none"
            }
    }
})
