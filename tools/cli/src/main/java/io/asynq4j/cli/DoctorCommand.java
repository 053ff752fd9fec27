package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.cli.output.Table;
import io.asynq4j.inspect.Doctor;
import io.asynq4j.spi.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "doctor",
        description = {
            "Finds what is wrong with queues, while they are at work: dangling ids, lost tasks, leaked locks, lost groups, clocks"
                    + " that differ. It looks at everything there is, in small steps.",
            "Ends with 1 while anything is wrong; what --fix has mended is not."
        })
final class DoctorCommand implements Callable<Integer> {
    private final Asynq4j program;

    @Parameters(paramLabel = "QUEUE", description = "Default: all queues, and Redis itself.")
    private List<String> queues = List.of();

    @Option(names = "--fix", description = "Mend what can be mended.")
    private boolean fix;

    @Mixin
    private Consent consent = new Consent();

    DoctorCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var doctor = Doctor.of(program.broker(), program.time());
        var findings = examine(doctor);
        long mendable =
                findings.stream().filter(each -> each.ailment().isMendable()).count();
        var mended = Set.<Finding>of();
        if (fix && mendable > 0) {
            consent.ask(program, "Mend " + mendable + " of " + findings.size() + " findings?");
            mended = mend(doctor, findings);
        }
        show(findings, mended);
        return mended.size() == findings.size() ? Exit.OK : Exit.FAILED;
    }

    private List<Finding> examine(Doctor doctor) {
        return ProgressLine.during(program.around(), "Examine", progress -> {
            if (queues.isEmpty()) {
                return doctor.examine((done, total) -> progress.tell(done + " looked at"));
            }
            var findings = new ArrayList<Finding>();
            for (var name : queues) {
                findings.addAll(doctor.examine(name, (done, total) -> progress.tell(done + " looked at")));
            }
            return findings;
        });
    }

    /** Those that were mended. */
    private Set<Finding> mend(Doctor doctor, List<Finding> findings) {
        return ProgressLine.during(
                program.around(),
                "Mend",
                progress -> findings.stream().filter(doctor::mend).collect(Collectors.toSet()));
    }

    private void show(List<Finding> findings, Set<Finding> mended) {
        var trees = new ArrayList<Map<String, Object>>();
        var table = Table.of("QUEUE", "WRONG", "WHAT", "WHERE", "MENDED").wide(true);
        for (var finding : findings) {
            var word = finding.ailment().name().toLowerCase(Locale.ROOT).replace('_', '-');
            var tree = new LinkedHashMap<String, Object>();
            tree.put("queue", finding.queue().isEmpty() ? null : finding.queue());
            tree.put("ailment", word);
            tree.put("subject", finding.subject());
            tree.put("place", finding.place());
            tree.put("mendable", finding.ailment().isMendable());
            tree.put("mended", mended.contains(finding));
            trees.add(tree);
            table.row(
                    finding.queue().isEmpty() ? "-" : finding.queue(),
                    word,
                    finding.subject(),
                    finding.place(),
                    mended.contains(finding) ? "yes" : finding.ailment().isMendable() ? "no" : "by people only");
        }
        program.output()
                .show(
                        trees,
                        table,
                        "Nothing is wrong"
                                + (queues.isEmpty() ? "." : " with " + SafeText.of(String.join(", ", queues)) + "."));
    }
}
