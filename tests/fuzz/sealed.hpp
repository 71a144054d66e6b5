// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "state/journal_format.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// libFuzzer's own way to change an input; returns its new size.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Mutation of records with checksums: chance would never find one that fits.
namespace litellm_exporter::fuzz {

// The records with their headers, the first of which has this number.
inline std::string sealed(const std::vector<std::string>& records, std::uint64_t number = 0) {
  std::string bytes;
  for (const std::string& record : records) {
    bytes += record_header(number++, record) + record;
  }
  return bytes;
}

// Changes one of the records, or the number of them.
inline void mutate_records(std::vector<std::string>& records, std::size_t most, unsigned seed) {
  std::minstd_rand random(seed);
  std::string& record = records[random() % records.size()];
  switch (random() % 8) {
    case 0:
      records.push_back(record);
      break;
    case 1:
      records.pop_back();
      break;
    default: {
      const std::size_t size = record.size();
      record.resize(size + most);
      record.resize(
          LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(record.data()), size, record.size()));
    }
  }
}

// Puts the mutant in the place of the input; 0 where it does not fit.
inline std::size_t replace_input(std::uint8_t* data, std::size_t most, std::string_view mutant) {
  if (mutant.size() > most) {
    return 0;
  }
  mutant.copy(reinterpret_cast<char*>(data), mutant.size());
  return mutant.size();
}

}  // namespace litellm_exporter::fuzz
