package io.asynq4j.jedis

import io.asynq4j.redis.campaign.failureCampaigns
import io.kotest.core.spec.style.FunSpec

class FailureCampaignTest : FunSpec({
    failureCampaigns("Jedis", Driver)
})
