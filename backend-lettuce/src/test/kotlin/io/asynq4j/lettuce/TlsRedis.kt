package io.asynq4j.lettuce

import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.RedisNotAvailableException
import java.io.File
import java.net.ServerSocket
import java.nio.file.Files
import java.security.KeyStore
import java.util.Base64
import java.util.concurrent.TimeUnit

/** A Redis with a port for TLS, and a certificate of its own making for `localhost`, but not for `127.0.0.1`. */
internal class TlsRedis private constructor(
    private val redis: RedisForTests,
    private val folder: File,
    val tlsPort: Int,
) : AutoCloseable {
    val certificate = File(folder, "cert.pem")

    val plainPort get() = redis.port()

    override fun close() {
        redis.close()
        folder.deleteRecursively()
    }

    companion object {
        fun start(): TlsRedis {
            val folder = Files.createTempDirectory("asynq4j-tls-").toFile()
            makeCertificate(folder)
            repeat(4) {
                try {
                    return start(folder)
                } catch (taken: RedisNotAvailableException) {
                    // somebody else was faster to take the port
                }
            }
            return start(folder)
        }

        private fun start(folder: File): TlsRedis {
            val port = ServerSocket(0).use { it.localPort }
            val redis = RedisForTests.start(
                "--tls-port", "$port", "--tls-auth-clients", "no",
                "--tls-cert-file", "$folder/cert.pem", "--tls-key-file", "$folder/key.pem",
                "--tls-ca-cert-file", "$folder/cert.pem",
            )
            return TlsRedis(redis, folder, port)
        }

        private fun makeCertificate(folder: File) {
            val store = File(folder, "keys.p12")
            val keytool = ProcessBuilder(
                "${System.getProperty("java.home")}/bin/keytool", "-genkeypair", "-alias", "redis", "-keyalg", "RSA",
                "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-storetype", "PKCS12",
                "-keystore", "$store", "-storepass", "changeit",
            ).redirectErrorStream(true).start()
            check(keytool.waitFor(30, TimeUnit.SECONDS) && keytool.exitValue() == 0) {
                keytool.inputReader().readText()
            }
            val keys = KeyStore.getInstance(store, "changeit".toCharArray())
            File(folder, "cert.pem").writeText(pem("CERTIFICATE", keys.getCertificate("redis").encoded))
            File(
                folder,
                "key.pem",
            ).writeText(pem("PRIVATE KEY", keys.getKey("redis", "changeit".toCharArray()).encoded))
        }

        private fun pem(what: String, bytes: ByteArray) = "-----BEGIN $what-----\n" +
            Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(bytes) +
            "\n-----END $what-----\n"
    }
}
