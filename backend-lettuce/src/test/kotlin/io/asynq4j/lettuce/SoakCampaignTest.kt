package io.asynq4j.lettuce

import io.asynq4j.redis.campaign.soakCampaign
import io.kotest.core.spec.style.FunSpec

class SoakCampaignTest : FunSpec({
    soakCampaign("Lettuce", Driver, connections = 1 + 2 * 3) // each server listens, and watches
})
