package io.asynq4j.samples.quickstart;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the letters. A task carries only an address; the name comes from the members, as it would from a database. */
final class Letters {
    private final Map<String, Member> members = new HashMap<>();

    Letters(Collection<Member> members) {
        members.forEach(member -> this.members.putIfAbsent(member.address(), member));
    }

    Letter verification(String taskId, String address) {
        var member = members.get(address);
        var name = member == null ? address : member.name(); // of an earlier run, with another file
        var link = "https://members.example.org/verify?address=" + URLEncoder.encode(address, StandardCharsets.UTF_8);
        var text = String.join("\n", List.of("Dear " + name + ",", "", "is this your address? Then follow", link, ""));
        return new Letter(taskId, address, "Please confirm your address, " + name, text);
    }

    Letter digest(String taskId, String address) {
        var text = members.size() + " members have signed up.\n";
        return new Letter(taskId, address, "Who signed up today", text);
    }
}
