#include "harness/verdict/resolved_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/base/statistics.hpp"
#include "harness/verdict/peers/peers.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace words = verdict_texts;

namespace {

bool is_specific(const Limits& limits, const Limit& of, const std::string& model) {
  return std::ranges::any_of(limits.limits, [&](const Limit& other) {
    return other.model == model && other.metric == of.metric && other.scope == of.scope &&
           other.severity == of.severity && !std::holds_alternative<AsPromised>(other.bound);
  });
}

void set_number(Limit& limit, double value, Phrase basis) {
  if (auto* lower = std::get_if<LowerLimit>(&limit.bound)) lower->bound = value;
  if (auto* upper = std::get_if<UpperLimit>(&limit.bound)) upper->bound = value;
  limit.unresolved = {};
  limit.basis = std::move(basis);
  limit.provenance = Phrase(words::kThen, limit.provenance, limit.basis);
}

/// Who stands under limits, and what was measured there.
class LimitedCohorts {
 public:
  virtual ~LimitedCohorts() = default;
  virtual std::set<std::string> models(const std::string& scope) const = 0;
  /// Finite values of a metric on the targets of a scope and model.
  virtual std::vector<double> values(const Limit& limit, const std::string& model) const = 0;
};

class ResultsCohorts : public LimitedCohorts {
 public:
  explicit ResultsCohorts(const Results& results) : results_(results) {}

  std::set<std::string> models(const std::string& scope) const override {
    std::set<std::string> models;
    for (const TargetRow& target : results_.targets) {
      if (target.scope == scope) models.insert(target.model);
    }
    return models;
  }

  std::vector<double> values(const Limit& limit, const std::string& model) const override {
    std::vector<double> values;
    for (std::size_t series = 0; series < results_.series.size(); ++series) {
      if (results_.series[series].metric() != limit.metric) continue;
      for (std::size_t placement = 0; placement < results_.columns.size(); ++placement) {
        const auto& columns = results_.columns[placement];
        for (std::size_t column = 0; column < columns.size(); ++column) {
          const TargetRow& target = results_.targets[columns[column]];
          const auto value = double{results_.cells[placement][series * columns.size() + column].value};
          if (target.scope == limit.scope && target.model == model && std::isfinite(value))
            values.push_back(value);
        }
      }
    }
    return values;
  }

 private:
  const Results& results_;
};

class CellCohorts : public LimitedCohorts {
 public:
  explicit CellCohorts(const CellReader& cells) : cells_(cells) {}

  std::set<std::string> models(const std::string& scope) const override {
    const Subjects& subjects = cells_.subjects(placement_of(scope));
    std::set<std::uint32_t> rows;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (cells_.text(subjects.scope[i]) == scope) rows.insert(subjects.model[i]);
    }
    std::set<std::string> models;
    for (const std::uint32_t row : rows) models.insert(text_of(row));
    return models;
  }

  std::vector<double> values(const Limit& limit, const std::string& model) const override {
    const Placement placement = placement_of(limit.scope);
    const Subjects& subjects = cells_.subjects(placement);
    std::vector<double> values;
    for (std::size_t series = 0; series < cells_.series().size(); ++series) {
      if (cells_.series()[series].metric() != limit.metric) continue;
      const CellRow row = cells_.read(series, placement,
                                      {.interval = false, .range = false, .launches = false, .state = false});
      for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (std::isfinite(row.value[i]) && text_of(subjects.model[i]) == model &&
            cells_.text(subjects.scope[i]) == limit.scope)
          values.push_back(double{row.value[i]});
      }
    }
    return values;
  }

 private:
  std::string text_of(std::uint32_t row) const {
    return row == kNoText ? std::string() : std::string(cells_.text(row));
  }

  const CellReader& cells_;
};

class Resolver {
 public:
  Resolver(const Limits& limits, const LimitedCohorts& cohorts, const RatedDevices& devices)
      : limits_(limits), cohorts_(cohorts), devices_(devices) {}

  Limits resolve() const {
    Limits out = limits_;
    out.limits.clear();
    for (const Limit& limit : limits_.limits) add(limit, out.limits);
    return out;
  }

 private:
  void add(const Limit& limit, std::vector<Limit>& out) const {
    if (!limit.relative) return out.push_back(limit);
    const std::size_t before = out.size();
    for (const std::string& model : cohorts_.models(limit.scope)) {
      const bool is_meant =
          limit.model.empty() ? model.empty() || !is_specific(limits_, limit, model) : model == limit.model;
      if (!is_meant) continue;
      Limit one = limit;
      one.model = model;
      if (limit.relative->to == RelativeBound::To::rated) {
        resolve_rated(one, model, devices_);
      } else {
        resolve_peers(one, model);
      }
      out.push_back(std::move(one));
    }
    if (out.size() == before) out.push_back(limit);  // it applies to no target
  }

  void resolve_peers(Limit& limit, const std::string& model) const {
    const std::vector<double> values = cohorts_.values(limit, model);
    if (values.size() < kLeastPeers) {
      limit.unresolved = Phrase(words::kTooFewPeers, values.size(), model, kLeastPeers);
      return;
    }
    const double middle = median(values);
    set_number(limit, limit.relative->share * middle,
               {words::kOfPeers, phrase_of(*limit.relative), format_quantity(middle, limit.dimension),
                values.size(), model});
  }

  const Limits& limits_;
  const LimitedCohorts& cohorts_;
  const RatedDevices& devices_;
};

}  // namespace

bool resolve_rated(Limit& limit, const std::string& model, const RatedDevices& devices) {
  const std::string& quantity = limit.relative->quantity;
  const RatedDevice* const device = devices.find(model);
  if (device == nullptr) {
    limit.unresolved = Phrase(words::kModelNotRated, model);
    return false;
  }
  const auto rated = device->rated.find(quantity);
  if (rated == device->rated.end()) {
    limit.unresolved = Phrase(words::kRatedUnknown, quantity, device->model);
    return false;
  }
  const RatedValue& value = rated->second;
  if (!value.value) {
    limit.unresolved = Phrase(words::kRatedUndisclosed, quantity, device->model, value.source);
    return false;
  }
  if (value.convention == "sparse") {
    limit.unresolved = Phrase(words::kRatedSparse, quantity, device->model);
    return false;
  }
  set_number(limit, limit.relative->share * *value.value,
             {words::kOfRated, phrase_of(*limit.relative), device->model,
              fmt::format("{}{}{}", value.text, value.convention.empty() ? "" : " ", value.convention),
              value.source});
  return true;
}

Limits resolved(const Limits& limits, const Results& results, const RatedDevices& devices) {
  return Resolver(limits, ResultsCohorts(results), devices).resolve();
}

Limits resolved(const Limits& limits, const CellReader& cells, const RatedDevices& devices) {
  return Resolver(limits, CellCohorts(cells), devices).resolve();
}

bool needs_rated(const Limits& limits) {
  return std::ranges::any_of(limits.limits, [](const Limit& limit) {
    return limit.relative && limit.relative->to == RelativeBound::To::rated;
  });
}

}  // namespace rackproof
