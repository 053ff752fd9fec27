package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Groups.ANY;
import static io.asynq4j.testing.contract.Groups.GROUP;
import static io.asynq4j.testing.contract.Groups.MINUTE;
import static io.asynq4j.testing.contract.Groups.size;
import static io.asynq4j.testing.contract.Trial.QUEUE;

import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Grouping.Due;
import io.asynq4j.spi.Grouping.Staged;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** When groups are due, and what is staged of them. */
final class DueGroupCases {
    private DueGroupCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a group is due when nobody has joined for the grace period, and not before", trial -> {
                var groups = new Groups(trial);
                groups.join("a");
                trial.advance(30);
                groups.join("b");
                trial.advance(59);
                trial.equal("due", new Due(List.of(), trial.in(1), Due.START), groups.due(MINUTE));
                trial.equal("staged", new Staged(0, trial.in(1)), groups.tryStage(groups.set(), MINUTE));
                groups.hold("a", "b");

                trial.advance(1);
                trial.equal("due", new Due(List.of(GROUP), null, Due.START), groups.due(MINUTE));
                var set = groups.set();
                trial.equal("staged", new Staged(2, null), groups.tryStage(set, MINUTE));
                trial.equal("members", List.of("a", "b"), groups.members(set));
                trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
                groups.hold();
            }),
            ContractCase.of("a group is due when its oldest member has waited for the maximum delay", trial -> {
                var groups = new Groups(trial);
                var trigger = new GroupTrigger(3600, 60, 0);
                groups.join("a");
                trial.advance(59);
                groups.join("b");
                trial.equal("staged", new Staged(0, trial.in(1)), groups.tryStage(groups.set(), trigger));
                trial.advance(1);
                trial.equal("due", List.of(GROUP), groups.due(trigger).groups());
                var set = groups.set();
                trial.equal("staged", new Staged(2, null), groups.tryStage(set, trigger));
                trial.equal("members", List.of("a", "b"), groups.members(set));
            }),
            ContractCase.of("a group is due when it has the maximum size, and then the oldest go first", trial -> {
                var groups = new Groups(trial);
                groups.join("a", "b");
                trial.advance(1);
                trial.equal("due", List.of(), groups.due(size(3)).groups());
                groups.join("c", "d");
                trial.equal("due", List.of(GROUP), groups.due(size(3)).groups());
                var set = groups.set();
                trial.equal("staged", new Staged(3, trial.in(3600)), groups.tryStage(set, size(3)));
                trial.equal("members", List.of("a", "b", "c"), groups.members(set));
                trial.equal("groups", Set.of(GROUP), trial.view().groups(QUEUE));
                groups.hold("d");
            }),
            ContractCase.of("a group of exactly the maximum size is staged whole, and is not known any more", trial -> {
                var groups = new Groups(trial);
                groups.join("a", "b");
                trial.equal("staged", new Staged(2, null), groups.tryStage(groups.set(), size(2)));
                trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
            }),
            ContractCase.of("a group of several sets is due again at once", trial -> {
                var groups = new Groups(trial);
                groups.join("a", "b", "c", "d");
                trial.equal("staged", new Staged(2, trial.now()), groups.tryStage(groups.set(), size(2)));
            }),
            ContractCase.of("the maximum size also limits sets that are due by time", trial -> {
                var groups = new Groups(trial);
                groups.join("a", "b", "c");
                trial.advance(60);
                var set = groups.set();
                var trigger = new GroupTrigger(60, 0, 2);
                trial.equal("staged", new Staged(2, trial.now()), groups.tryStage(set, trigger));
                trial.equal("members", List.of("a", "b"), groups.members(set));
            }),
            ContractCase.of(
                    "members are in the order in which they joined, those of one second by their ids", trial -> {
                        var groups = new Groups(trial);
                        groups.join("c");
                        trial.advance(1);
                        groups.join("b", "a");
                        var set = groups.staged(size(3));
                        trial.equal("members", List.of("c", "a", "b"), groups.members(set));
                    }),
            ContractCase.of("a group without members is not due", trial -> {
                var groups = new Groups(trial);
                trial.equal("due", new Due(List.of(), null, Due.START), groups.due(ANY));
                trial.equal("staged", new Staged(0, null), groups.tryStage(groups.set(), ANY));
            }),
            ContractCase.of("1,000 groups are all found, some at a time", trial -> {
                var groups = new Groups(trial);
                var names = IntStream.range(0, 1_000)
                        .mapToObj("group:%04d"::formatted)
                        .toList();
                trial.accept(names.stream()
                        .map(name -> trial.place("in " + name, Trial.options().group(name)))
                        .toList());
                trial.equal("due", names, groups.due(ANY, 100).groups());
                trial.equal("none due", List.of(), groups.due(MINUTE, 100).groups());
            }),
            ContractCase.of("groups are told apart by their whole name and their queue", trial -> {
                var groups = new Groups(trial);
                var names = List.of("a", "a:b", "b", "ä\n");
                trial.accept(names.stream()
                        .map(name -> trial.place("in " + name, Trial.options().group(name)))
                        .toList());
                trial.accept(trial.place(
                        "elsewhere", Trial.options().queue(Trial.LOW).group("a")));
                trial.equal("due", names, groups.due(ANY).groups());
                var set = groups.set("a");
                trial.equal("staged", new Staged(1, null), groups.tryStage(set, ANY));
                trial.equal("members", List.of("in a"), groups.members(set));
                trial.equal("due", names.subList(1, 4), groups.due(ANY).groups());
            }));
}
