-- announce_scheduler: show the entries of a scheduler, for as long as it lives.
--
-- KEYS[1]   asynq:schedulers:{host:pid:id}  list  records of entries
-- ARGV[1]   how long to show them           seconds
-- ARGV[2..] the records; the list has them in reverse, as asynq writes it
-- RETURN    1

redis.call('DEL', KEYS[1])
for i = 2, #ARGV do
  redis.call('LPUSH', KEYS[1], ARGV[i])
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
