package io.asynq4j.samples

import java.io.IOException

/** A mail server that has a hiccup or two before it works. */
internal class FlakyMailer(private var failures: Int = 0) : Members.Mailer {
    val sent = mutableListOf<String>()

    override fun welcome(address: String) {
        if (failures-- > 0) throw IOException("hiccup")
        sent += address
    }
}
