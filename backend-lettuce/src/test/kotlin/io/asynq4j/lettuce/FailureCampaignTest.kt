package io.asynq4j.lettuce

import io.asynq4j.redis.campaign.failureCampaigns
import io.kotest.core.spec.style.FunSpec

class FailureCampaignTest : FunSpec({
    failureCampaigns("Lettuce", Driver)
})
