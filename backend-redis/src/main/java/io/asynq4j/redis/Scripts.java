package io.asynq4j.redis;

import io.asynq4j.redis.port.Script;

/** The scripts, each a file beside this class under {@code lua}. */
final class Scripts {
    static final Script ACQUIRE_PERMIT = load("acquire_permit");
    static final Script ANNOUNCE = load("announce");
    static final Script ANNOUNCE_SCHEDULER = load("announce_scheduler");
    static final Script CANCEL = load("cancel");
    static final Script CANCELLED = load("cancelled");
    static final Script CHANGE = load("change");
    static final Script CHANGE_ALL = load("change_all");
    static final Script DELETE_EXPIRED = load("delete_expired");
    static final Script DUE_GROUPS = load("due_groups");
    static final Script EXAMINE_GROUP = load("examine_group");
    static final Script EXAMINE_KEYS = load("examine_keys");
    static final Script EXAMINE_LOCK = load("examine_lock");
    static final Script EXAMINE_PLACE = load("examine_place");
    static final Script EXAMINE_RECORD = load("examine_record");
    static final Script EXPIRED_LEASES = load("expired_leases");
    static final Script EXTEND_LEASES = load("extend_leases");
    static final Script FETCH = load("fetch");
    static final Script FETCHED = load("fetched");
    static final Script FINISH_SET = load("finish_set");
    static final Script FIRE = load("fire");
    static final Script FORWARD = load("forward");
    static final Script JOIN_PERIODIC = load("join_periodic");
    static final Script LEAD = load("lead");
    static final Script LIST_TASKS = load("list_tasks");
    static final Script LOOK_DUE = load("look_due");
    static final Script LOOK_GROUPS = load("look_groups");
    static final Script LOOK_PENDING = load("look_pending");
    static final Script LOOK_QUEUE = load("look_queue");
    static final Script LOOK_TASK = load("look_task");
    static final Script MEND_PLACE = load("mend_place");
    static final Script PAUSE_PERIODIC = load("pause_periodic");
    static final Script READ_SET = load("read_set");
    static final Script RECORD_EVENT = load("record_event");
    static final Script REFUSED_COMMANDS = load("refused_commands");
    static final Script RELEASE_PERMIT = load("release_permit");
    static final Script REMOVE_QUEUE = load("remove_queue");
    static final Script REPAIR_ACTIVE = load("repair_active");
    static final Script RETURN_SET = load("return_set");
    static final Script SETTLE = load("settle");
    static final Script SET_ASIDE = load("set_aside");
    static final Script SET_ASIDE_MEMBER = load("set_aside_member");
    static final Script STAGE_GROUP = load("stage_group");
    static final Script SUBMIT = load("submit");
    static final Script SWEEP_SET = load("sweep_set");
    static final Script TRIM_ARCHIVE = load("trim_archive");
    static final Script WEIGH_QUEUE = load("weigh_queue");
    static final Script WRITE_RESULT = load("write_result");

    private Scripts() {}

    private static Script load(String name) {
        return Script.load(Scripts.class, "lua/" + name + ".lua");
    }
}
