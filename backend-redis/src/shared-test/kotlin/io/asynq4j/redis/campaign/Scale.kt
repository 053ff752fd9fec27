package io.asynq4j.redis.campaign

/** How long one may take in full; kotest gives up after ten minutes otherwise. */
internal const val LONGEST_MILLIS = 3_600_000L

/** How big a campaign is: some seconds with every build, or all of it where the profile `campaigns` asks for it. */
internal object Scale {
    private val full = System.getProperty("campaign.full", "false").toBoolean()

    /** What chance grows from; a figure of its own makes another campaign of the same kind. */
    val seed: Long = System.getProperty("campaign.seed", "1").toLong()

    /** One of two figures, unless the system property `campaign.<name>` gives a third. */
    fun of(name: String, short: Int, full: Int): Int =
        System.getProperty("campaign.$name")?.toInt() ?: if (this.full) full else short

    /** Shows what came out, in one line. */
    fun report(campaign: String, vararg figures: Pair<String, Any>) =
        println("campaign $campaign: " + figures.joinToString { (name, value) -> "$name $value" })
}
