package io.asynq4j.samples.bankmail.app;

import io.asynq4j.samples.bankmail.proto.CreateMemberRequest;
import io.asynq4j.samples.bankmail.proto.MembersGrpc;
import io.asynq4j.samples.bankmail.proto.MembersGrpc.MembersBlockingStub;
import io.asynq4j.samples.bankmail.proto.NotifyMemberRequest;
import io.asynq4j.samples.bankmail.proto.VerifyMemberRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Plays some members: signs them up, reads the mails that arrive in the mailbox, and sends the codes back. */
public final class Client {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final MembersBlockingStub bank;
    private final PrintStream out;
    private final Map<String, Long> unverified = new HashMap<>();

    private Client(MembersBlockingStub bank, PrintStream out) {
        this.bank = bank;
        this.out = out;
    }

    /**
     * Plays against the bank that the environment names.
     *
     * @param args how many members, 5 unless it is said
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int members = args.length == 0 ? 5 : Integer.parseInt(args[0]);
        play(Settings.of(System.getenv()), members, System.out);
    }

    static void play(Settings settings, int members, PrintStream out) throws IOException, InterruptedException {
        var channel = Grpc.newChannelBuilderForAddress(
                        settings.host(), settings.port(), InsecureChannelCredentials.create())
                .build();
        try (var mails = MailFolder.open(Files.createDirectories(settings.mailbox()))) {
            new Client(MembersGrpc.newBlockingStub(channel), out).play(members, mails);
        } finally {
            channel.shutdownNow();
        }
    }

    private void play(int members, MailFolder mails) throws IOException, InterruptedException {
        for (int i = 1; i <= members; i++) {
            signUp(i);
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!unverified.isEmpty()) {
            var mail = mails.next(Duration.ofNanos(end - System.nanoTime()));
            if (mail.isEmpty()) {
                throw new IllegalStateException("no mail with a code came for " + unverified.keySet());
            }
            read(mail.get());
        }
        out.println("all " + members + " members are verified");
    }

    private void signUp(int number) {
        var email = "member-" + number + "-" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
        var request =
                CreateMemberRequest.newBuilder().setName("Member " + number).setEmail(email);
        var id = bank.createMember(request.build()).getMemberId();
        unverified.put(email, id);
        out.println("signed up: " + email + ", member " + id);
        if (number == 1) { // the first one hears of two things, in one mail
            bank.notifyMember(notification(id, "Your account is open."));
            bank.notifyMember(notification(id, "Your card is on its way."));
        }
    }

    private void read(MailFolder.Mail mail) {
        out.println("mail to " + mail.to() + ": " + mail.subject());
        var id = unverified.get(mail.to());
        if (id != null && mail.code().isPresent()) {
            var answer = VerifyMemberRequest.newBuilder()
                    .setMemberId(id)
                    .setCode(mail.code().get());
            bank.verifyMember(answer.build());
            unverified.remove(mail.to());
            out.println("verified: member " + id);
        }
    }

    private static NotifyMemberRequest notification(long id, String text) {
        return NotifyMemberRequest.newBuilder().setMemberId(id).setText(text).build();
    }
}
