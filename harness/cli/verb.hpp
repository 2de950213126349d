// The verbs of the command line: one file each, one row each in main.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "harness/base/exit_code.hpp"

namespace rackproof {

/// Declares a verb's options on `verb` and sets `action`, which runs it.
using DeclareVerb = void (*)(CLI::App& verb, std::function<ExitCode()>& action);

void declare_init(CLI::App& verb, std::function<ExitCode()>& action);
void declare_run(CLI::App& verb, std::function<ExitCode()>& action);
void declare_plan(CLI::App& verb, std::function<ExitCode()>& action);
void declare_collect(CLI::App& verb, std::function<ExitCode()>& action);
void declare_judge(CLI::App& verb, std::function<ExitCode()>& action);
void declare_lint(CLI::App& verb, std::function<ExitCode()>& action);
void declare_explain(CLI::App& verb, std::function<ExitCode()>& action);
void declare_report(CLI::App& verb, std::function<ExitCode()>& action);
void declare_compare(CLI::App& verb, std::function<ExitCode()>& action);
void declare_calibrate(CLI::App& verb, std::function<ExitCode()>& action);
void declare_merge(CLI::App& verb, std::function<ExitCode()>& action);
void declare_import(CLI::App& verb, std::function<ExitCode()>& action);
void declare_show(CLI::App& verb, std::function<ExitCode()>& action);
void declare_trend(CLI::App& verb, std::function<ExitCode()>& action);

void declare_simulate(CLI::App& verb, std::function<ExitCode()>& action);
void declare_verify(CLI::App& verb, std::function<ExitCode()>& action);
void declare_doctor(CLI::App& verb, std::function<ExitCode()>& action);
void declare_list(CLI::App& verb, std::function<ExitCode()>& action);

}  // namespace rackproof
