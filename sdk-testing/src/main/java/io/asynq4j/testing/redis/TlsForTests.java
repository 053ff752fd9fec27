package io.asynq4j.testing.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate of its own making, for servers of {@link RedisForTests} and for clients that are to trust them or to show who
 * they are. Made by the {@code keytool} of this Java.
 *
 * <p>Safe for use by many threads. Closing it deletes the files.
 */
public final class TlsForTests implements AutoCloseable {
    /** Of the key store and of the key in it. */
    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "redis";

    private final Path folder;

    private TlsForTests(Path folder) {
        this.folder = folder;
    }

    /** Makes a certificate for these names, such as {@code dns:localhost} or {@code ip:127.0.0.1}. */
    public static TlsForTests forNames(String... names) {
        try {
            var tls = new TlsForTests(Files.createTempDirectory("asynq4j-tls-"));
            try {
                tls.make(List.of(names));
                return tls;
            } catch (IOException | RuntimeException failed) {
                tls.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("no certificate could be made", failed);
        }
    }

    /** What makes a server use the certificate, and ask none of its clients. */
    public String[] settings() {
        return settings(false);
    }

    /** What makes a server use the certificate; with {@code mutual}, clients have to show it too. */
    public String[] settings(boolean mutual) {
        return new String[] {
            "--tls-cert-file", certificate().toString(),
            "--tls-key-file", folder.resolve("key.pem").toString(),
            "--tls-ca-cert-file", certificate().toString(),
            "--tls-auth-clients", mutual ? "yes" : "no"
        };
    }

    /** The certificate as a PEM file. */
    public Path certificate() {
        return folder.resolve("cert.pem");
    }

    /** Certificate and key as a PKCS12 file. */
    public Path keyStore() {
        return folder.resolve("keys.p12");
    }

    /** The certificate alone, as a PKCS12 file to trust in. */
    public Path trustStore() {
        return folder.resolve("trust.p12");
    }

    @Override
    public void close() {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException gone) {
            // the system cleans its folder for temporary files
        }
    }

    private void make(List<String> names) throws IOException {
        keytool(
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=" + String.join(",", names),
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore().toString(),
                "-storepass",
                PASSWORD);
        try {
            var password = PASSWORD.toCharArray();
            var keys = KeyStore.getInstance(keyStore().toFile(), password);
            var certificate = keys.getCertificate(ALIAS);
            Files.writeString(certificate(), pem("CERTIFICATE", certificate.getEncoded()));
            var key = keys.getKey(ALIAS, password).getEncoded();
            Files.writeString(folder.resolve("key.pem"), pem("PRIVATE KEY", key));
            var trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry(ALIAS, certificate);
            try (var file = Files.newOutputStream(trustStore())) {
                trust.store(file, password);
            }
        } catch (GeneralSecurityException impossible) {
            throw new IOException(impossible);
        }
    }

    private static void keytool(String... words) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        var keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IOException(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException interrupted) {
            keytool.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making a certificate", interrupted);
        }
    }

    private static String pem(String what, byte[] bytes) {
        var text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
