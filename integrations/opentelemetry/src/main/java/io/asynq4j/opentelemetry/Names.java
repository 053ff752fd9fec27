package io.asynq4j.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;

/** The names of attributes: those of the semantic conventions for messaging, and some of our own. */
final class Names {
    static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("messaging.operation.name");
    static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    static final AttributeKey<Long> BODY_SIZE = AttributeKey.longKey("messaging.message.body.size");
    static final AttributeKey<Long> BATCH_COUNT = AttributeKey.longKey("messaging.batch.message_count");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    static final AttributeKey<String> TASK_TYPE = AttributeKey.stringKey("asynq.task.type");
    static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("asynq.task.attempt");
    static final AttributeKey<Long> MAX_RETRY = AttributeKey.longKey("asynq.task.max_retry");
    static final AttributeKey<String> GROUP = AttributeKey.stringKey("asynq.group");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("asynq.task.outcome");
    static final AttributeKey<Long> LINKS_LEFT_OUT = AttributeKey.longKey("asynq.links.left_out");

    private Names() {}
}
