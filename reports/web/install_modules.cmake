# cmake -DNPM= -DSOURCE= -DWORKSHOP= -P install_modules.cmake: the modules of the lock file in WORKSHOP, and modules.stamp there when all of them
# are. A registry that does not answer is no error of the build: the reports are static pages then.
file(REMOVE ${WORKSHOP}/modules.stamp)
file(MAKE_DIRECTORY ${WORKSHOP})
configure_file(${SOURCE}/package.json ${WORKSHOP}/package.json COPYONLY)
configure_file(${SOURCE}/package-lock.json ${WORKSHOP}/package-lock.json COPYONLY)
execute_process(
  COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retries=4
          --fetch-retry-factor=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --fetch-timeout=30000
  WORKING_DIRECTORY ${WORKSHOP} TIMEOUT 600 RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
if(result EQUAL 0)
  file(TOUCH ${WORKSHOP}/modules.stamp)
else()
  string(REGEX MATCH "[^\n]*[^\n ][^\n]*" first "${said}")
  message(NOTICE "Reports will be static pages: npm ci did not get the modules of the front end (${result}: ${first})")
endif()
