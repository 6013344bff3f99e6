# SPDX-License-Identifier: MIT
#
# The reference implementation's time and answers for two links of bench_stats's page, beside ours:
#     Rscript link_page.R LIB.R FOLDER
# FOLDER holds what `bench_stats --write FOLDER` wrote. A full page is 8 outcomes times (the index over 17 lags and 6
# themes over 9), which would take the reference minutes: two links are run, and their time is scaled up.
a <- commandArgs(TRUE)
# Only base R is needed for a scan: the packages that other parts of the file load are not.
lines <- readLines(a[1])
eval(parse(text = lines[!grepl("library(", lines, fixed = TRUE)]))

input <- read.csv(file.path(a[2], "input.csv"))
ours <- read.csv(file.path(a[2], "result.csv"))
B <- ours$permutations[1]
set.seed(1)
processor_s <- function() sum(proc.time()[c("user.self", "sys.self")]) # as ours is measured
seconds <- c()
wrong <- 0
for (link in c("index", "theme")) {
  mine <- ours[ours$link == link, ]
  d <- data.frame(team = input$team, t = input$t, x = input[[link]], y = input$outcome)
  start <- processor_s()
  s <- panelscan(d, K = max(mine$lag), B = B)
  seconds[link] <- processor_s() - start
  apart <- max(abs(s$pooled_r - mine$r))
  p <- mine$p_perm[1]
  # Both p-values come from random permutations, of different generators.
  allowed <- 4 * sqrt(2 * max(p, s$p_perm) * (1 - min(p, s$p_perm)) / B) + 0.002
  is_same <- apart <= 1e-9 && s$best_lag == mine$best_lag[1] && abs(s$p_perm - p) <= allowed
  wrong <- wrong + !is_same
  cat(sprintf("%s, %d lags, %d permutations: R %.1f s; r differ by %.0e; best lag %d and %d; p %.3f and %.3f: %s\n",
    link, length(mine$lag), B, seconds[[link]], apart, s$best_lag, mine$best_lag[1], s$p_perm, p,
    if (is_same) "the same" else "NOT THE SAME"))
}
ours_s <- ours$page_ms[1] / 1000
page_s <- 8 * (seconds[["index"]] + 6 * seconds[["theme"]])
cat(sprintf("the link page (56 links, 20 teams x 104 weeks): Daypulse %.2f s, R %.0f s (scaled up from the 2 links above), ratio %.0f\n",
  ours_s, page_s, page_s / ours_s))
cat(sprintf("%d passed, %d failed\n", 2 - wrong, wrong))
quit(status = as.integer(wrong > 0))
