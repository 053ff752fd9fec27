package io.asynq4j.cli;

import picocli.CommandLine.IVersionProvider;

/** Which version this is: what the jar says. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        var version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"asynq4j " + (version == null ? "(not from a jar)" : version)};
    }
}
