package io.asynq4j.cli.screen;

import java.util.List;

/** Which keys there are. */
final class Help {
    private static final List<String> LINES = List.of(
            "up, down, j, k       select a row; scroll a payload",
            "home, end            the first and the last row",
            "page down, n, space  next page",
            "page up, b           page before",
            "left, right, tab     tasks in another state",
            "enter                open a queue, a group, a task",
            "esc, backspace       go back",
            "/                    filter: queues by name; tasks by id, type, payload and error",
            "                     (looks through the first 1000 tasks)",
            "s                    servers",
            "",
            "p                    pause a queue, or let it run again",
            "r  a  d              run, archive, delete the task",
            "c                    ask whoever works on the task to stop",
            "R  A  D              run, archive, delete all tasks in this state",
            "",
            "q, Ctrl-C            leave",
            "",
            "All that changes something asks first. Press any key.");

    private Help() {}

    static void paint(Canvas canvas) {
        canvas.blank();
        LINES.forEach(line -> canvas.line("   " + line, Canvas.PLAIN));
    }

    static String keys(View view) {
        if (view instanceof View.Queues) {
            return "enter open  p pause  / filter  s servers  ? help  q quit";
        }
        if (view instanceof View.Tasks) {
            return "enter show  r run  a archive  d delete  c cancel  R A D all  n b pages  / filter  esc back  ? help";
        }
        if (view instanceof View.Detail) {
            return "r run  a archive  d delete  c cancel  esc back  ? help  q quit";
        }
        return "enter open  esc back  ? help  q quit";
    }
}
