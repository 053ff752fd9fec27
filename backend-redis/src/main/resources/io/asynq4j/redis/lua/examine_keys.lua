-- examine_keys: look at some keys of one queue. Reads only.
--
-- KEYS[1]   asynq:{queue}:never      nothing: it tells which node to ask
-- ARGV[1]   where to go on           0 to begin
-- ARGV[2]   what the names of keys look like
-- ARGV[3]   about how many keys to look at
-- RETURN    array: where to go on (0: this was all), then for each key two values: name, type

local scanned = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local told = { scanned[1] }
for _, key in ipairs(scanned[2]) do
  if key ~= KEYS[1] then
    told[#told + 1] = key
    told[#told + 1] = redis.call('TYPE', key).ok
  end
end
return told
