package io.asynq4j.samples.bankmail.embedded

import io.asynq4j.samples.bankmail.mail.Letters
import io.asynq4j.samples.bankmail.mail.SmtpMailer
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.util.concurrent.CompletableFuture.runAsync
import kotlin.io.path.createFile
import kotlin.io.path.div
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText

private fun LocalMailServer.take(name: String) =
    SmtpMailer(address().substringBefore(':'), address().substringAfter(':').toInt())
        .send(Letters.welcome(name, "ada@example.org"))

private fun Path.names() = listDirectoryEntries("*.eml").map {
    Regex("Dear (.*),").find(it.readText())?.groupValues?.get(1)
}

class MailboxTest : FunSpec({
    test("mails of an earlier server on the folder stay") {
        val folder = tempdir().toPath()
        LocalMailServer.start(folder).use { it.take("Ada") }
        LocalMailServer.start(folder).use { it.take("Alan") }
        folder.listDirectoryEntries().map { it.name }.sorted() shouldContainExactly
            listOf("mail-00001.eml", "mail-00002.eml")
        folder.names() shouldContainExactlyInAnyOrder listOf("Ada", "Alan")
    }

    test("two servers at the same time lose nothing, and leave no drafts") {
        val folder = tempdir().toPath()
        val servers = List(2) { LocalMailServer.start(folder) }
        val sending = servers.mapIndexed { i, server -> runAsync { repeat(20) { server.take("$i-$it") } } }
        sending.forEach { it.join() }
        servers.forEach { it.close() }
        folder.names().distinct() shouldHaveSize 40
        folder.listDirectoryEntries() shouldHaveSize 40
    }

    test("the draft of a server that died is left alone, and so is its number") {
        val folder = tempdir().toPath()
        (folder / "mail-00001.eml.part").createFile()
        LocalMailServer.start(folder).use { it.take("Ada") }
        folder.listDirectoryEntries("*.eml").map { it.name } shouldContainExactly listOf("mail-00002.eml")
        (folder / "mail-00001.eml.part").readText() shouldBe ""
    }
})
