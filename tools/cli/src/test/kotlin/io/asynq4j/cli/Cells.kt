package io.asynq4j.cli

import org.jline.utils.ScreenTerminal

/** The cells of a screen, line by line. */
internal fun ScreenTerminal.cells(): List<List<Long>> {
    val cells = LongArray(columns * rows)
    dump(cells, intArrayOf(0, 0))
    return cells.toList().chunked(columns)
}

/** What is to be read on a screen, line by line. */
internal fun ScreenTerminal.lines(): List<String> = cells().map { it.text() }

internal fun List<Long>.text() = joinToString("") { cell ->
    ScreenTerminal.cellCodePoint(cell).let { if (it == 0) " " else String(Character.toChars(it)) }
}.trimEnd()
