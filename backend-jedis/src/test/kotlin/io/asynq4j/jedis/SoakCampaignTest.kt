package io.asynq4j.jedis

import io.asynq4j.redis.campaign.soakCampaign
import io.kotest.core.spec.style.FunSpec

class SoakCampaignTest : FunSpec({
    soakCampaign("Jedis", Driver, connections = 3 * 8 + 2 * 2) // three pools, and each server's watch
})
