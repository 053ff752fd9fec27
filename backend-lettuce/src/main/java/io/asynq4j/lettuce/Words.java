package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import java.nio.charset.StandardCharsets;

/** A call in the words of the protocol, as one array: Lettuce's own way has several objects for each argument. */
final class Words {
    private static final int MOST_DIGITS = 10;
    private static final int FRAME = 1 + MOST_DIGITS + 2 + 2; // a mark and a length, each with the end of its line

    private final byte[] bytes;
    private int at;

    private Words(int most) {
        bytes = new byte[most];
    }

    /**
     * The bytes of a call.
     *
     * @param whole whether a script goes with its source, so that Redis knows it from then on
     */
    static Words of(Call call, boolean whole) {
        var script = call.script();
        var name = ascii(whole ? "EVAL" : call.command());
        byte[] code = script == null ? null : utf8(whole ? script.source() : script.sha1());
        var keys = new byte[call.keys().size()][];
        int size = FRAME + FRAME + name.length + (code == null ? 0 : FRAME + code.length + FRAME + MOST_DIGITS);
        for (int i = 0; i < keys.length; i++) {
            keys[i] = utf8(call.keys().get(i));
            size += FRAME + keys[i].length;
        }
        for (var arg : call.args()) {
            size += FRAME + arg.length;
        }
        var words = new Words(size);
        words.line('*', 1 + (code == null ? 0 : 2) + keys.length + call.args().size());
        words.word(name);
        if (code != null) {
            words.word(code);
            words.word(ascii(Integer.toString(keys.length)));
        }
        for (var key : keys) {
            words.word(key);
        }
        for (var arg : call.args()) {
            words.word(arg);
        }
        return words;
    }

    /** The array that they begin. */
    byte[] array() {
        return bytes;
    }

    int size() {
        return at;
    }

    private void word(byte[] word) {
        line('$', word.length);
        System.arraycopy(word, 0, bytes, at, word.length);
        at += word.length;
        end();
    }

    private void line(char mark, int number) {
        bytes[at++] = (byte) mark;
        int digits = 1;
        for (int rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        at += digits;
        int rest = number;
        for (int place = at - 1; digits > 0; digits--, place--) {
            bytes[place] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end();
    }

    private void end() {
        bytes[at++] = '\r';
        bytes[at++] = '\n';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
