package io.asynq4j.samples.bankmail.tasks;

import io.asynq4j.handler.Aggregator;
import io.asynq4j.samples.bankmail.tasks.BankTasks.Notifications;
import io.asynq4j.task.Task;
import java.util.List;

/** Makes one task of all that a member is to be told. */
public final class NotificationAggregator implements Aggregator {
    @Override
    public Task aggregate(String group, List<Task> tasks) {
        var notifications = tasks.stream()
                .map(task -> BankTasks.NOTIFICATION.decode(task.payload()))
                .toList();
        var texts = notifications.stream().map(BankTasks.Notification::text).toList();
        return BankTasks.NOTIFICATIONS.task(
                new Notifications(notifications.get(0).memberId(), texts)); // a group has one member of the bank
    }
}
