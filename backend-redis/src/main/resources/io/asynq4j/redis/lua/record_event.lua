-- record_event: write down that an entry has put a task on its queue.
--
-- KEYS[1]   asynq:scheduler_history:<entry>  zset  record of an event -> when, unix seconds
-- ARGV[1]   when                             unix seconds
-- ARGV[2]   record of the event
-- ARGV[3]   how long to keep the history     seconds
-- RETURN    1
--
-- Keeps 1,000 events, as asynq does.

redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1000)
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
