# cmake -DFOLDER=… -P npm_packages.cmake: installs the packages of the lock file into FOLDER. Where that cannot be, the build goes on,
# the tests fail and say why, and the next build tries again.
find_program(npm npm)
if(NOT npm)
  message(NOTICE "tests/browser: npm is missing, the tests in a browser will fail: apt-get install nodejs npm")
  return()
endif()
file(COPY ${CMAKE_CURRENT_LIST_DIR}/package.json ${CMAKE_CURRENT_LIST_DIR}/package-lock.json DESTINATION ${FOLDER})
execute_process(COMMAND ${npm} ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=4
  --fetch-retry-factor=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000
  WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE why)
if(failed)
  file(REMOVE_RECURSE ${FOLDER}/node_modules)
  string(REGEX REPLACE "\n.*" "" why "${why}")
  message(NOTICE "tests/browser: npm ci failed, the tests in a browser will fail: ${why}")
endif()
