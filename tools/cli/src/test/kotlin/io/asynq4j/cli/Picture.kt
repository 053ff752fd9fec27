package io.asynq4j.cli

import org.jline.utils.ScreenTerminal
import java.util.Locale
import kotlin.math.roundToInt

private const val WIDTH = 8.4 // of a cell, at 14 px
private const val HEIGHT = 19
private const val MARGIN = 16
private const val BAR = 30

/** What stands together: columns have places of their own, whatever the font of who looks at it. */
private val together = Regex("\\S+(?: \\S+)*")

/**
 * A screen as SVG: the frame of a window, and each text where it stands.
 *
 * @param edit what is to be read otherwise; the rest of a line then moves
 */
internal fun picture(screen: List<List<Long>>, title: String, edit: (String) -> String): String {
    val lines = screen.dropRepeatedBlanks()
    val columns = lines.maxOf { it.text().length } + 1
    val width = (columns * WIDTH + 2 * MARGIN).toInt()
    val height = lines.size * HEIGHT + 2 * MARGIN + BAR
    val body = lines.mapIndexed { row, line -> svg(row, runs(line.take(columns)), edit) }.filter { it.isNotEmpty() }
    return """
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" width="$width" height="$height" role="img"
 aria-label="${escaped(title)}">
<style>
text { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 14px; fill: #d6dde6; }
.bold { font-weight: bold; fill: #ffffff; }
.dim { fill: #8b96a5; }
.inverse { fill: #10151c; }
.c1 { fill: #ff7b72; }
.c2 { fill: #56d364; }
.c3 { fill: #e3b341; }
.selected { fill: #d6dde6; }
</style>
<rect width="$width" height="$height" rx="8" fill="#10151c" stroke="#4a5563"/>
<circle class="c1" cx="20" cy="17" r="5"/>
<circle class="c3" cx="38" cy="17" r="5"/>
<circle class="c2" cx="56" cy="17" r="5"/>
<text class="dim" x="80" y="22">${escaped(title)}</text>
${body.joinToString("\n")}
</svg>
    """.trim() + "\n"
}

private val texts = Regex("""<text class="[^"]*" x="([\d.]+)" y="(\d+)"[^>]*>([^<]*)</text>""")

/** What is to be read in a picture, line by line, without its frame. */
internal fun textOf(picture: String): List<String> = texts.findAll(picture)
    .map { it.destructured }.filter { (_, y, _) -> y.toInt() > BAR }
    .groupBy({ (_, y, _) -> y.toInt() }, { (x, _, text) -> x.toDouble() to text }).toSortedMap()
    .map { (_, runs) ->
        runs.fold("") { line, (x, text) -> line.padEnd(((x - MARGIN) / WIDTH).roundToInt()) + plain(text) }.trimEnd()
    }

private val entities = listOf("&" to "&amp;", "<" to "&lt;", ">" to "&gt;", "\"" to "&quot;")

private fun escaped(text: String) = entities.fold(text) { done, (plain, entity) -> done.replace(plain, entity) }

private fun plain(text: String) = entities.foldRight(text) { (plain, entity), done -> done.replace(entity, plain) }

private fun List<List<Long>>.dropRepeatedBlanks() =
    filterIndexed { row, line -> row == 0 || line.text().isNotEmpty() || this[row - 1].text().isNotEmpty() }

private class Run(val style: String, val text: String)

private fun svg(row: Int, runs: List<Run>, edit: (String) -> String): String {
    val y = BAR + MARGIN + row * HEIGHT
    var column = 0
    return runs.map { Run(it.style, edit(it.text)) }.flatMap { run ->
        val start = column
        column += run.text.length
        val ground = """<rect class="selected" x="${x(
            start,
        )}" y="${y - 14}" width="${pixels(run.text)}" height="$HEIGHT"/>"""
        listOfNotNull(ground.takeIf { "inverse" in run.style }) + together.findAll(run.text).map { word ->
            val place = """x="${x(start + word.range.first)}" y="$y" textLength="${pixels(word.value)}""""
            """<text class="${run.style}" $place>${escaped(word.value)}</text>"""
        }
    }.joinToString("\n")
}

private fun x(column: Int) = "%.1f".format(Locale.ROOT, MARGIN + column * WIDTH)

private fun pixels(text: String) = "%.1f".format(Locale.ROOT, text.length * WIDTH)

private fun style(cell: Long) = listOfNotNull(
    "plain",
    "bold".takeIf { ScreenTerminal.cellBold(cell) },
    "dim".takeIf { ScreenTerminal.cellDim(cell) },
    "inverse".takeIf { ScreenTerminal.cellInverse(cell) },
    "c${nearest(cell)}".takeIf { ScreenTerminal.cellHasForeground(cell) && nearest(cell) in 1..3 },
).joinToString(" ")

/** 1 for red, 2 for green, 3 for yellow: the only colours of the dashboard. */
private fun nearest(cell: Long): Int {
    val colour = ScreenTerminal.cellForeground(cell)
    val red = (colour shr 8 and 0xF) > 4
    val green = (colour shr 4 and 0xF) > 4
    return (if (red) 1 else 0) + (if (green) 2 else 0)
}

private fun runs(line: List<Long>): List<Run> {
    val runs = mutableListOf<Run>()
    line.forEach { cell ->
        val text = ScreenTerminal.cellCodePoint(cell).let { if (it == 0) " " else String(Character.toChars(it)) }
        val last = runs.lastOrNull()?.takeIf { it.style == style(cell) }
        if (last != null) runs.removeLast()
        runs += Run(style(cell), last?.text.orEmpty() + text)
    }
    return runs
}
