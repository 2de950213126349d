#include "harness/verdict/resolved_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

bool is_specific(const Limits& limits, const Limit& of, const std::string& model) {
  return std::ranges::any_of(limits.limits, [&](const Limit& other) {
    return other.model == model && other.metric == of.metric && other.scope == of.scope &&
           other.severity == of.severity && !std::holds_alternative<AsPromised>(other.bound);
  });
}

void set_number(Limit& limit, double value, std::string basis) {
  if (auto* lower = std::get_if<LowerLimit>(&limit.bound)) lower->bound = value;
  if (auto* upper = std::get_if<UpperLimit>(&limit.bound)) upper->bound = value;
  limit.unresolved.clear();
  limit.basis = std::move(basis);
  limit.provenance += "; " + limit.basis;
}

class Resolver {
 public:
  Resolver(const Limits& limits, const Results& results, const RatedDevices& devices)
      : limits_(limits), results_(results), devices_(devices) {}

  void add(const Limit& limit, std::vector<Limit>& out) const {
    const std::set<std::string> models = models_of(limit);
    if (!limit.relative || models.empty()) return out.push_back(limit);  // it applies to no target
    for (const std::string& model : models) {
      Limit one = limit;
      one.model = model;
      if (limit.relative->to == RelativeBound::To::rated) {
        resolve_rated(one, model, devices_);
      } else {
        resolve_peers(one, model);
      }
      out.push_back(std::move(one));
    }
  }

 private:
  std::set<std::string> models_of(const Limit& limit) const {
    std::set<std::string> models;
    for (const TargetRow& target : results_.targets) {
      if (target.scope != limit.scope) continue;
      if (limit.model.empty() ? !is_specific(limits_, limit, target.model) || target.model.empty()
                              : target.model == limit.model)
        models.insert(target.model);
    }
    return models;
  }

  void resolve_peers(Limit& limit, const std::string& model) const {
    std::vector<double> values;
    for (std::size_t series = 0; series < results_.series.size(); ++series) {
      if (results_.series[series].metric() == limit.metric) add_values(series, limit.scope, model, values);
    }
    if (values.size() < kLeastPeers) {
      limit.unresolved = fmt::format("{} peers of model \"{}\" were measured; their median needs {}",
                                     values.size(), model, kLeastPeers);
      return;
    }
    const double middle = median(values);
    set_number(limit, limit.relative->share * middle,
               fmt::format("{}, {} of {} targets of model \"{}\"", to_string(*limit.relative),
                           format_quantity(middle, limit.dimension), values.size(), model));
  }

  void add_values(std::size_t series, const std::string& scope, const std::string& model,
                  std::vector<double>& values) const {
    for (std::size_t placement = 0; placement < results_.columns.size(); ++placement) {
      const auto& columns = results_.columns[placement];
      for (std::size_t column = 0; column < columns.size(); ++column) {
        const TargetRow& target = results_.targets[columns[column]];
        const auto value =
            static_cast<double>(results_.cells[placement][series * columns.size() + column].value);
        if (target.scope == scope && target.model == model && std::isfinite(value)) values.push_back(value);
      }
    }
  }

  const Limits& limits_;
  const Results& results_;
  const RatedDevices& devices_;
};

}  // namespace

bool resolve_rated(Limit& limit, const std::string& model, const RatedDevices& devices) {
  const std::string& quantity = limit.relative->quantity;
  const RatedDevice* const device = devices.find(model);
  if (device == nullptr) {
    limit.unresolved = fmt::format("rated values of model \"{}\" are not known", model);
    return false;
  }
  const auto rated = device->rated.find(quantity);
  if (rated == device->rated.end()) {
    limit.unresolved = fmt::format("rated.{} of {} is not known", quantity, device->model);
    return false;
  }
  const RatedValue& value = rated->second;
  if (!value.value) {
    limit.unresolved =
        fmt::format("rated.{} of {} is undisclosed: {}", quantity, device->model, value.source);
    return false;
  }
  if (value.convention == "sparse") {
    limit.unresolved = fmt::format("rated.{} of {} counts sparse operations, which nothing here does",
                                   quantity, device->model);
    return false;
  }
  set_number(limit, limit.relative->share * *value.value,
             fmt::format("{} of {}, {}{}{} ({})", to_string(*limit.relative), device->model, value.text,
                         value.convention.empty() ? "" : " ", value.convention, value.source));
  return true;
}

Limits resolved(const Limits& limits, const Results& results, const RatedDevices& devices) {
  Limits out = limits;
  out.limits.clear();
  const Resolver resolver(limits, results, devices);
  for (const Limit& limit : limits.limits) resolver.add(limit, out.limits);
  return out;
}

bool needs_rated(const Limits& limits) {
  return std::ranges::any_of(limits.limits, [](const Limit& limit) {
    return limit.relative && limit.relative->to == RelativeBound::To::rated;
  });
}

}  // namespace rackproof
