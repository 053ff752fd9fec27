-- release_permit: give a permit back, unless its holder has it for longer by now.
--
-- KEYS[1]   asynq:sema:<scope>   zset   holder -> expiry, unix seconds
-- ARGV[1]   holder
-- ARGV[2]   expiry               unix seconds
-- RETURN    1 if the permit was given back, 0 if the holder has none, or one that ends later
--
-- An attempt that outlives its deadline ends when the next one at its task has the permit: by the same id, with a later end.

local permits = KEYS[1]
local expiry = redis.call('ZSCORE', permits, ARGV[1])
if not expiry or tonumber(expiry) > tonumber(ARGV[2]) then
  return 0
end
return redis.call('ZREM', permits, ARGV[1])
