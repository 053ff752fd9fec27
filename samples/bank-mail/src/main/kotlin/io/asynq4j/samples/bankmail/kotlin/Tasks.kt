package io.asynq4j.samples.bankmail.kotlin

import io.asynq4j.kotlin.taskType
import kotlinx.serialization.Serializable
import kotlin.time.Duration

/** The tasks as Kotlin sees them. The same names and the same JSON as those of Java, and nothing else in common. */
internal object Tasks {
    val verifyEmail = taskType<ForMember>("task:send_verify_email")
    val welcomeEmail = taskType<ForMember>("task:send_welcome_email")
    val reminderEmail = taskType<ForMember>("task:send_reminder_email")
    val notifications = taskType<Notifications>("task:send_notifications")
    val sweep = taskType<Sweep>("task:sweep_members")
    val report = taskType<Report>("task:report_members")

    @Serializable
    data class ForMember(val memberId: Long)

    @Serializable
    data class Notifications(val memberId: Long, val texts: List<String>)

    @Serializable
    data class Sweep(val olderThan: Duration)

    @Serializable
    data class Report(val to: String)
}
